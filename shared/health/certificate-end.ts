import { earliestEnd, type TaskWindow } from "../summary/summary.ts";
import type { EpochMs } from "../units.ts";
import type { StateTransition, TaskState } from "./model.ts";
import { firstEnd, type Trends } from "./trends/trends.ts";

/** The earliest end of the certificates that were seen in a window or are remembered; nothing without one. */
export function certificateEnd(
  { expiring }: Trends,
  { regions }: TaskWindow,
): Pick<StateTransition, "certificateUntilMs"> {
  const seen = earliestEnd(Object.values(regions));
  const ends = [seen, firstEnd(expiring)].filter((end) => end !== null);
  return ends.length === 0 ? {} : { certificateUntilMs: Math.min(...ends) };
}

/** When the certificate ends that is near its end, else the one that was seen last; null if none is known. */
export function knownEnd({ trends, certificates = [] }: TaskState): EpochMs | null {
  return firstEnd(trends.expiring) ?? certificates[0]?.untilMs ?? null;
}
