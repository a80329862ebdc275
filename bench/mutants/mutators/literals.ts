import type { AnyNode, Literal } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";
import { parentOf, replace } from "./places.ts";

/** Numbers one off, booleans turned over, texts and lists emptied, patterns without their anchors. */
export function mutateLiteral(place: Place): Edit[] {
  const { node } = place;
  switch (node.type) {
    case "Literal":
      return isFixed(place) ? [] : mutateValue(node);
    case "TemplateLiteral":
      return isFixed(place) || isEmptyTemplate(node.quasis) ? [] : [replace(node, '""')];
    case "ArrayExpression":
      return node.elements.length > 0 ? [replace(node, "[]")] : [];
    default:
      return [];
  }
}

function isEmptyTemplate(quasis: readonly AnyNode[]): boolean {
  return quasis.length === 1 && quasis[0]?.start === quasis[0]?.end;
}

/** Names, addresses of modules, `typeof` words, and the sentences of our own faults. */
function isFixed(place: Place): boolean {
  const parent = parentOf(place);
  if (place.ancestors.some(({ type }) => type === "ThrowStatement")) return true;
  switch (parent?.type) {
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.key === place.node;
    case "BinaryExpression":
      return [parent.left, parent.right].some(
        (side) => side.type === "UnaryExpression" && side.operator === "typeof",
      );
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "ImportAttribute":
    case "ExpressionStatement":
    case "TaggedTemplateExpression":
      return true;
    default:
      return false;
  }
}

function mutateValue(node: Literal): Edit[] {
  const { value, regex } = node;
  if (regex !== undefined && regex !== null) return mutatePattern(node, regex.pattern);
  switch (typeof value) {
    case "number":
      return mutateNumber(node, value);
    case "bigint":
      return [replace(node, `${value + 1n}n`)];
    case "boolean":
      return [replace(node, `${!value}`)];
    case "string":
      return [replace(node, value === "" ? '"mutant"' : '""')];
    default:
      return [];
  }
}

function mutateNumber(node: Literal, value: number): Edit[] {
  const less = value > 0 && Number.isInteger(value) ? [replace(node, `${value - 1}`)] : [];
  return [replace(node, `${value + 1}`), ...less];
}

function mutatePattern({ start }: Literal, pattern: string): Edit[] {
  const first = start + 1;
  const last = first + pattern.length - 1;
  return [
    ...(pattern.startsWith("^") ? [{ start: first, end: first + 1, text: "" }] : []),
    ...(/[^\\]\$$/.test(pattern) ? [{ start: last, end: last + 1, text: "" }] : []),
  ];
}
