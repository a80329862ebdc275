import type { TaskWindow } from "../../summary/summary.ts";
import { type DurationMs, MINUTE_MS, toMicrosecondPrecision } from "../../units.ts";
import { courseOf, isDrifting, SOUND_SHARE } from "./drift.ts";
import type { Trends } from "./model.ts";
import type { WindowRegion } from "./see-regions.ts";
import { type Decision, plainVote, type TrendVote } from "./votes.ts";

/** How long the drift must be small until a task is not degraded any more. */
const CLOSE_AFTER_MS: DurationMs = 30 * MINUTE_MS;

/** Whether a task is degraded after a window, and since when its drift is small again. */
export function judgeDegraded(
  before: Trends["degraded"],
  regions: readonly WindowRegion[],
  { periodStartMs, periodEndMs }: TaskWindow,
): Trends["degraded"] {
  const voting = regions.filter(({ hasVote }) => hasVote);
  const { isLarge, isSmall } = courseOf(voting.map(({ seen }) => seen?.drift?.sum ?? 0));
  if (before === null) return isLarge ? STILL_DEGRADED : null;
  if (!isSmall) return before.smallSinceMs === null ? before : STILL_DEGRADED;
  const smallSinceMs = before.smallSinceMs ?? periodStartMs;
  if (periodEndMs - smallSinceMs >= CLOSE_AFTER_MS) return null;
  return before.smallSinceMs === null ? { smallSinceMs } : before;
}

const STILL_DEGRADED = { smallSinceMs: null };

/** What the regions say of a task that is degraded: the share that failed since their drift began. */
export function degradedDecision(regions: readonly WindowRegion[]): Decision {
  const votes = regions.map(({ region, seen, isSilent }): TrendVote => {
    const drift = seen?.drift ?? null;
    if (drift === null || !isDrifting(drift)) return plainVote(region, isSilent ? "none" : "fine");
    const { failedCount, checkCount } = drift;
    const value = toMicrosecondPrecision((failedCount * 100) / checkCount);
    return { region, vote: "breach", rule: "degraded", value, limit: SOUND_SHARE * 100 };
  });
  return { rule: "degraded", votesNeeded: Math.min(2, regions.length), votes };
}
