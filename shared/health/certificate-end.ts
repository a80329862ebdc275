import { earliestEnd, type TaskWindow } from "../summary/summary.ts";
import type { StateTransition } from "./model.ts";
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
