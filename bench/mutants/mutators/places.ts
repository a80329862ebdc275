import type { AnyNode } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";

/** Puts another text in a node's place. */
export function replace({ start, end }: { start: number; end: number }, text: string): Edit {
  return { start, end, text };
}

/** The node that this one stands in directly. */
export function parentOf({ ancestors }: Place): AnyNode | undefined {
  return ancestors.at(-1);
}

/** Where an operator stands between its two sides. */
export function operatorOf(
  { code }: Place,
  left: { end: number },
  operator: string,
): { start: number; end: number } {
  const start = code.indexOf(operator, left.end);
  return { start, end: start + operator.length };
}

/** Tells whether a node only says true or false, as far as one can see from here. */
export function isBoolean(node: AnyNode): boolean {
  switch (node.type) {
    case "BinaryExpression":
      return /^([<>]=?|[!=]==?|in|instanceof)$/.test(node.operator);
    case "LogicalExpression":
      return node.operator !== "??" && isBoolean(node.left) && isBoolean(node.right);
    case "UnaryExpression":
      return node.operator === "!";
    case "CallExpression":
      return /^(is|has|can|includes|some|every|test|startsWith|endsWith)(?![a-z])/.test(
        calledName(node.callee),
      );
    default:
      return false;
  }
}

/** The last name of what is called: `b` of `a.b()`. */
export function calledName(callee: AnyNode): string {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression" || callee.computed) return "";
  return callee.property.type === "Identifier" || callee.property.type === "PrivateIdentifier"
    ? callee.property.name
    : "";
}

/** Tells whether the program takes one of two ways by this node, so that it becomes true and false. */
export function isDecision(place: Place): boolean {
  const { node } = place;
  const parent = parentOf(place);
  switch (parent?.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return parent.test === node;
    case "ReturnStatement":
      return isBoolean(node);
    case "ArrowFunctionExpression":
      return parent.body === node && isBoolean(node);
    default:
      return false;
  }
}
