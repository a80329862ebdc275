import { hash32 } from "../../../shared/hash.ts";
import { DAY_MS, type EpochMs, toIso } from "../../../shared/units.ts";

/** A key of the `alerts` table. */
export interface AlertKey {
  readonly pk: string;
  readonly sk: string;
}

/** States are spread over this many partitions, so that all can be read at once. */
export const STATE_PARTITIONS = 16;

export const PROGRESS_KEY: AlertKey = { pk: "fleet", sk: "watermark" };
export const LOCK_KEY: AlertKey = { pk: "fleet", sk: "lock" };

export function statePartition(index: number): string {
  return `state#${index}`;
}

export function stateKey(taskName: string): AlertKey {
  return { pk: statePartition(hash32(taskName) % STATE_PARTITIONS), sk: taskName };
}

/** One mark a window, a day of them in a partition. */
export function windowKey(startMs: EpochMs): AlertKey {
  return { pk: `window#${dayOf(startMs)}`, sk: toIso(startMs) };
}

export function historyPartition(at: EpochMs): string {
  return `event#${dayOf(at)}`;
}

export function historyKey(event: { readonly time: EpochMs; readonly id: string }): AlertKey {
  return { pk: historyPartition(event.time), sk: `${toIso(event.time)}#${event.id}` };
}

/** An instant in every day that a span touches, the newest first. */
export function daysBack(sinceMs: EpochMs, untilMs: EpochMs): EpochMs[] {
  const days: EpochMs[] = [];
  const lastMs = untilMs - 1;
  for (let at = lastMs - (lastMs % DAY_MS); at + DAY_MS > sinceMs; at -= DAY_MS) days.push(at);
  return days;
}

function dayOf(at: EpochMs): string {
  return toIso(at).slice(0, 10);
}
