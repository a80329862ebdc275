import { LATEST_RECHECK_MS } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";

/** A recheck waits for the check before it, and is left out if that ends so long after the recheck was due. */
const WAITS_MS: DurationMs = SECOND_MS;

/** The rechecks that may follow one check: each if the one before it did not pass. */
export interface RecheckPlan {
  /** The task as it is planned, with its own timeout. */
  readonly task: Task;
  /** The instant of the check that they follow. */
  readonly fromMs: EpochMs;
  /** When they are due after that, ascending. */
  readonly offsetsMs: readonly DurationMs[];
}

/** A recheck that is due. */
export interface DueRecheck {
  readonly atMs: EpochMs;
  readonly timeoutMs: DurationMs;
}

/** The offsets of a policy that a schedule leaves room for: the next slot comes before the others. */
export function recheckOffsets(
  recheckSeconds: readonly number[],
  scheduleMs: DurationMs,
): DurationMs[] {
  return recheckSeconds
    .map((seconds) => seconds * SECOND_MS)
    .filter((offsetMs) => offsetMs < scheduleMs && offsetMs <= LATEST_RECHECK_MS);
}

/**
 * The recheck that follows the check of `lastMs`, which has ended now; null if there is none. Its
 * timeout ends before the next one is due, and before the next slot.
 */
export function nextRecheck(
  { task, fromMs, offsetsMs }: RecheckPlan,
  lastMs: EpochMs,
  nowMs: EpochMs,
): DueRecheck | null {
  const earliestMs = Math.max(lastMs + 1, nowMs - WAITS_MS) - fromMs;
  const at = offsetsMs.findIndex((offsetMs) => offsetMs >= earliestMs);
  const offsetMs = offsetsMs[at];
  if (offsetMs === undefined) return null;
  // After the last one there is as much time as before it.
  const endMs = offsetsMs[at + 1] ?? 2 * offsetMs - (offsetsMs[at - 1] ?? 0);
  const leftMs = Math.min(endMs, task.scheduleMs) - offsetMs;
  return { atMs: fromMs + offsetMs, timeoutMs: Math.min(task.timeoutMs, leftMs) };
}
