import type { AnyNode, Expression } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";
import { isBoolean, replace } from "./places.ts";

/** Functions that give nothing back. */
export function mutateReturn({ node }: Place): Edit[] {
  const given = givenBy(node);
  return given === null || !isLookedAt(given) ? [] : [replace(given, "undefined")];
}

function givenBy(node: AnyNode): Expression | null {
  if (node.type === "ReturnStatement") return node.argument ?? null;
  if (node.type !== "ArrowFunctionExpression" || node.body.type === "BlockStatement") return null;
  return node.body;
}

/** What has a mutation of its own, or nothing to lose, is left. */
function isLookedAt(node: Expression): boolean {
  if (isBoolean(node)) return false;
  switch (node.type) {
    case "Identifier":
      return node.name !== "undefined";
    case "UnaryExpression":
    case "AssignmentExpression":
    case "UpdateExpression":
    case "Literal":
    case "TemplateLiteral":
    case "ArrayExpression":
    case "LogicalExpression":
    case "ConditionalExpression":
      return false;
    default:
      return true;
  }
}
