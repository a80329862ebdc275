import type { TaskWindow } from "../../summary/summary.ts";
import type { DurationMs, EpochMs } from "../../units.ts";
import { type AlertPolicy, activeLimits, SEVERITIES, type Severity } from "../rules/rules.ts";
import type { Advance } from "./advance-region.ts";
import { degradedDecision, judgeDegraded } from "./degraded.ts";
import { advanceExpiring, expiryVoters } from "./expiring.ts";
import type { TrendRule, Trends, UsualTimes } from "./model.ts";
import { remember, withoutForgotten } from "./remember.ts";
import { pauseRegions, rememberRegions, seeRegions, type WindowRegion } from "./see-regions.ts";
import {
  advanceSlow,
  pauseSlow,
  type SlowMemory,
  type SlowRegion,
  type SlowSetup,
  slowRegions,
} from "./slow.ts";
import { latestUsual, needsUsual } from "./slow-limits.ts";
import { type Decision, decideAlone, type TrendVote, takeVote, votesOf } from "./votes.ts";

export { firstEnd } from "./expiring.ts";
export {
  INITIAL_TRENDS,
  type StoredTrends,
  type TrendRule,
  type Trends,
  type UsualTimes,
} from "./model.ts";
export { fromStoredTrends, retainTrends, takeBackTrends, toStoredTrends } from "./remember.ts";
export { usualMinutes, usualTimesOf } from "./usual.ts";
export type { TrendVote } from "./votes.ts";

/** What a window's trends are judged by. */
export interface TrendSetup {
  readonly policy: AlertPolicy;
  /** The task was down at some time of the window: an outage is no trend. */
  readonly isFrozen: boolean;
  /** The usual connect times, if they were read for this window. */
  readonly usual: UsualTimes | null;
}

/** What the trends say after a window, and what is to be remembered. */
export interface TrendJudgement {
  /** The same object as before while nothing is worth remembering. */
  readonly memory: Trends;
  /** Null while the task is well. */
  readonly severity: Severity | null;
  readonly rule: TrendRule | null;
  readonly votesNeeded: number;
  readonly votes: readonly TrendVote[];
}

/**
 * Judges what is no outage, once for each closed minute of a task, in order: rules over shares of
 * checks, the drift of failures, and connect times.
 */
export function judgeTrends(memory: Trends, window: TaskWindow, by: TrendSetup): TrendJudgement {
  const { periodStartMs, periodEndMs, scheduleMs } = window;
  const advance: Advance = {
    ...{ periodStartMs, periodEndMs, scheduleMs },
    limits: activeLimits(by.policy),
    failureThreshold: by.policy.failureThreshold,
    isDegraded: memory.degraded !== null,
  };
  const known = withoutForgotten(memory, periodStartMs, advance);
  const judged = by.isFrozen
    ? judgeFrozen(known, advance)
    : judgeRegions(known, { ...by, window, advance });
  // That something is forgotten is no reason to store it.
  return judged.memory === known ? { ...judged, memory } : judged;
}

/** The memory as it is to be stored, where something else changed: without what is forgotten at an instant. */
export function worthStoring(
  memory: Trends,
  policy: AlertPolicy,
  { atMs, scheduleMs }: { readonly atMs: EpochMs; readonly scheduleMs: DurationMs },
): Trends {
  const limits = activeLimits(policy);
  const isDegraded = memory.degraded !== null;
  return withoutForgotten(memory, atMs, { limits, scheduleMs, isDegraded });
}

/** Whether the usual connect times of a task should be read for its next window. */
export function wantsUsual(memory: Trends, atMs: EpochMs): boolean {
  return needsUsual(memory, atMs);
}

function judgeFrozen(memory: Trends, advance: Advance): TrendJudgement {
  const regions = pauseRegions(memory.regions, advance);
  const next = remember(memory, { ...memory, regions, slow: pauseSlow(memory.slow) });
  const said = { severity: next.held?.severity ?? null, rule: next.held?.rule ?? null };
  return { memory: next, ...said, votesNeeded: 0, votes: [] };
}

interface RegionSetup extends TrendSetup {
  readonly window: TaskWindow;
  readonly advance: Advance;
}

function judgeRegions(memory: Trends, by: RegionSetup): TrendJudgement {
  const { window, policy, advance } = by;
  const seen = seeRegions(memory.regions, window, advance);
  const times = advanceSlow(
    { slow: memory.slow, usual: latestUsual(memory, by.usual, window.periodEndMs) },
    { window, policy },
  );
  // If no region reports, nothing is known, so that all stays as it is.
  const isUnknown = seen.every(({ isSilent }) => isSilent);
  const degraded = isUnknown ? memory.degraded : judgeDegraded(memory.degraded, seen, window);
  const expiring = advanceExpiring(memory.expiring, { window, policy });
  const known: Known = { seen, times, degraded, expiring };
  const decided = decide(memory.held, known, { window, policy });
  const held = isUnknown ? memory.held : (decided?.held ?? null);
  const isTurned = (degraded === null) !== (memory.degraded === null);
  const regions = rememberRegions(seen, advance, isTurned);
  return {
    memory: remember(memory, {
      ...{ regions, degraded, ...times, held },
      ...(expiring !== undefined && { expiring }),
    }),
    severity: held?.severity ?? null,
    rule: held?.rule ?? null,
    votesNeeded: decided?.votesNeeded ?? 0,
    votes: decided?.votes ?? votesOf(seen, "warning"),
  };
}

/** All that is known at the end of a window. */
interface Known {
  readonly seen: readonly WindowRegion[];
  readonly times: SlowMemory;
  readonly degraded: Trends["degraded"];
  readonly expiring: Trends["expiring"];
}

/**
 * Critical before warning, availability before latency; what was said stays said while it holds. A
 * certificate comes last: it is near its end for weeks, and must not hide what happens meanwhile.
 */
function decide(
  held: Trends["held"],
  known: Known,
  by: SlowSetup,
): (Decision & { readonly held: NonNullable<Trends["held"]> }) | null {
  for (const severity of SEVERITIES) {
    const decisions = decisionsAt(severity, known, by);
    const same = decisions.find(({ rule }) => held?.severity === severity && held.rule === rule);
    const decision = same ?? decisions[0] ?? expiryDecision(severity, known.expiring, by);
    if (decision !== null) return { ...decision, held: { severity, rule: decision.rule } };
  }
  return null;
}

function decisionsAt(severity: Severity, known: Known, by: SlowSetup): Decision[] {
  const { seen, times, degraded } = known;
  const slow = slowRegions(times, severity, by);
  const isEach = by.policy.latencyScope === "each";
  const voters = isEach ? seen.map((voter) => withSlow(voter, slow)) : seen;
  const voted = takeVote(voters, severity, by.policy);
  const alone = isEach ? [] : slow.map(({ region, finding }) => decideAlone(seen, region, finding));
  return [
    ...(voted === null ? [] : [voted]),
    ...(severity === "warning" && degraded !== null ? [degradedDecision(seen)] : []),
    ...alone,
  ];
}

function expiryDecision(
  severity: Severity,
  expiring: Trends["expiring"],
  by: SlowSetup,
): Decision | null {
  if (expiring === undefined) return null;
  return takeVote(expiryVoters(expiring, by), severity, by.policy);
}

function withSlow(voter: WindowRegion, slow: readonly SlowRegion[]): WindowRegion {
  const own = slow.flatMap(({ region, finding }) => (region === voter.region ? finding : []));
  return { ...voter, findings: [...voter.findings, ...own] };
}
