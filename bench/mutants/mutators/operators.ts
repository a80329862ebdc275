import type { AnyNode, AssignmentExpression, BinaryExpression, UnaryExpression } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";
import { isDecision, operatorOf, replace } from "./places.ts";

/** The edge of a comparison. */
const EDGES: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };

const OPPOSITES: Readonly<Record<string, string>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "===": "!==",
  "!==": "===",
};

const ARITHMETIC: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "**": "*",
  "&": "|",
  "|": "&",
  "^": "&",
  "<<": ">>",
  ">>": "<<",
  ">>>": "<<",
};

/** Comparisons, arithmetic, assignments and signs. */
export function mutateOperator(place: Place): Edit[] {
  const { node } = place;
  switch (node.type) {
    case "BinaryExpression":
      return mutateBinary(place, node);
    case "AssignmentExpression":
      return mutateAssignment(place, node);
    case "UnaryExpression":
      return mutateUnary(place, node);
    case "UpdateExpression": {
      const sign = node.prefix ? node.start : node.end - 2;
      const other = node.operator === "++" ? "--" : "++";
      return [replace({ start: sign, end: sign + 2 }, other)];
    }
    default:
      return [];
  }
}

function mutateBinary(place: Place, { operator, left, right }: BinaryExpression): Edit[] {
  const sign = operatorOf(place, left, operator);
  const edge = EDGES[operator];
  const opposite = isDecision(place) ? undefined : OPPOSITES[operator];
  const isText = operator === "+" && [left, right].some(isTextNode);
  const other = isText ? undefined : ARITHMETIC[operator];
  return [edge, opposite, other].flatMap((text) => (text === undefined ? [] : replace(sign, text)));
}

function isTextNode(node: AnyNode): boolean {
  return (
    node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string")
  );
}

function mutateAssignment(place: Place, { operator, left, right }: AssignmentExpression): Edit[] {
  const other = ARITHMETIC[operator.slice(0, -1)];
  if (other === undefined || isTextNode(right)) return [];
  return [replace(operatorOf(place, left, operator), `${other}=`)];
}

function mutateUnary(place: Place, { operator, start }: UnaryExpression): Edit[] {
  if (operator !== "!" && operator !== "-" && operator !== "~") return [];
  // `!a` as a whole decision is already true and false.
  if (operator === "!" && isDecision(place)) return [];
  return [replace({ start, end: start + operator.length }, "")];
}
