import { marshall } from "@aws-sdk/util-dynamodb";
import { parseSummaryItem, type Summary, toSummaryItem } from "../../../shared/summary/summary.ts";
import { type EpochMs, toEpochSeconds } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Revision, RevisionPut } from "../../ports/summary-store.ts";
import { type MinutesSetup, minuteExpiry } from "./minute-item.ts";
import { toPlainItem } from "./plain-item.ts";
import { expiryAttribute } from "./stored-item.ts";
import { type Condition, type Item, putVersioned, refusalOf } from "./table.ts";

const PARALLEL_WRITES = 16;

/** The key of a minute of a task that is an item of its own. */
export function ownKey(taskName: string, periodStartMs: EpochMs) {
  return { task_name: taskName, period_start: toEpochSeconds(periodStartMs) };
}

/** The summary of an item. One that can't be read, or of a later version, must not hide the others. */
export function readOwn(item: Item): Summary[] {
  try {
    return [parseSummaryItem(toPlainItem(item))];
  } catch {
    return [];
  }
}

/**
 * Stores revisions of a minute whose tasks are in no groups: an earlier version stored it, or its
 * groups have expired and only its hours are left.
 */
export async function reviseOwn(
  setup: MinutesSetup,
  revisions: readonly Revision[],
): Promise<RevisionPut[]> {
  return inParallel(revisions, PARALLEL_WRITES, async ({ summary, heldRev }) => {
    const { taskName, periodStartMs } = summary;
    const isHot = periodStartMs + setup.keepMs > setup.now();
    const item = itemOf(setup, summary);
    if (item === null) return "refused";
    try {
      const condition = conditionFor(heldRev, isHot);
      return await putVersioned(setup, ownKey(taskName, periodStartMs), { item, condition });
    } catch (error) {
      if (refusalOf(error) !== null) return "refused";
      throw error;
    }
  });
}

/** Null if a figure is none that an item can hold. */
function itemOf(setup: MinutesSetup, summary: Summary): Item | null {
  try {
    const expiresAtMs = minuteExpiry(setup, summary.periodStartMs);
    return { ...marshall(toSummaryItem(summary)), ...expiryAttribute(expiresAtMs) };
  } catch {
    return null;
  }
}

/** What was read of a minute that is not hot any more may be of its hour. */
function conditionFor(heldRev: number | null, isHot: boolean): Condition {
  const isFree = "attribute_not_exists(task_name)";
  if (heldRev === null) return { expression: isFree };
  const isHeld = "rev = :held";
  return {
    expression: isHot ? isHeld : `${isFree} OR ${isHeld}`,
    values: { ":held": heldRev },
  };
}
