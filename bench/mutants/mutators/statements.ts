import type { ExpressionStatement } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";
import { replace } from "./places.ts";

/** Statements that are not there, and loops over nothing. */
export function mutateStatement({ node }: Place): Edit[] {
  switch (node.type) {
    case "ExpressionStatement":
      return isNeeded(node) ? [] : [replace(node, ";")];
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return [replace(node, ";")];
    case "ForOfStatement":
      return [replace(node.right, "[]")];
    default:
      return [];
  }
}

function isNeeded({ directive, expression }: ExpressionStatement): boolean {
  if (directive !== undefined) return true;
  return expression.type === "CallExpression" && expression.callee.type === "Super";
}
