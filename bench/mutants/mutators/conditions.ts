import type { LogicalExpression } from "acorn";
import type { Edit } from "../mutant.ts";
import type { Place } from "../parse-source.ts";
import { isDecision, operatorOf, parentOf, replace } from "./places.ts";

/** A decision that is always taken or never, and sides of a logical operator that don't count. */
export function mutateCondition(place: Place): Edit[] {
  const { node } = place;
  const own = node.type === "LogicalExpression" ? mutateLogic(place, node) : [];
  return isDecision(place) ? [...own, ...decide(place)] : own;
}

function decide(place: Place): Edit[] {
  const loops = ["WhileStatement", "DoWhileStatement", "ForStatement"];
  const never = replace(place.node, "false");
  // A loop that never ends says only that there is a timeout.
  return loops.includes(parentOf(place)?.type ?? "")
    ? [never]
    : [never, replace(place.node, "true")];
}

function mutateLogic(
  place: Place,
  { operator, left, right, start, end }: LogicalExpression,
): Edit[] {
  const sign = operatorOf(place, left, operator);
  if (operator === "??")
    return [
      { start: sign.start, end, text: "" },
      { start, end: sign.end, text: "" },
    ];
  const other = operator === "&&" ? "||" : "&&";
  const without = operator === "&&" ? "true" : "false";
  const sides = [left, right].filter(
    ({ type }) => type !== "LogicalExpression" || operator === "||",
  );
  return [replace(sign, other), ...sides.map((side) => replace(side, without))];
}
