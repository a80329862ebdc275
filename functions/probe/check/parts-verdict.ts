import { isCounted, type Outcome, type Verdict } from "../../../shared/result/result.ts";
import type { Addressing } from "../../../shared/task/task.ts";

/** How many of a name's addresses must pass. */
type Required = Extract<Addressing, { readonly mode: "each" }>["required"];

/** How many of so many addresses must pass; it may be more than there are. */
export function neededCount(required: Required, partCount: number): number {
  if (required === "all") return partCount;
  return required === "majority" ? Math.floor(partCount / 2) + 1 : required;
}

/**
 * The verdict on a check by the outcomes at its addresses. One that says nothing of the target may be
 * either: the check passes or fails if it does in both cases, and counts in neither if that is open.
 */
export function verdictOfParts(outcomes: readonly Outcome[], required: Required): Verdict {
  const needed = neededCount(required, outcomes.length);
  const passedCount = outcomes.filter((outcome) => outcome === "open").length;
  const unknownCount = outcomes.filter((one) => one !== "open" && !isCounted(one)).length;
  if (passedCount >= needed) return "passed";
  return passedCount + unknownCount < needed ? "failed" : "uncounted";
}
