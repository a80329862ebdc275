import {
  failuresToTurn,
  INITIAL_HEALTH,
  type RegionHealth,
  type StateTransition,
  type TaskState,
} from "../../shared/health/health.ts";
import type { AlertPolicy } from "../../shared/health/rules/rules.ts";
import type { Task } from "../../shared/task/task.ts";
import { type DurationMs, type EpochMs, HOUR_MS, MINUTE_MS, toIso } from "../../shared/units.ts";
import { replayTask, type TaskMinute } from "./replay-task.ts";

/** What came before an instant is judged again from so long before it on. */
export const EXPLAINED_MS: DurationMs = 2 * HOUR_MS;

/** The checks of so much time before the instant are listed. */
const LISTED_MS = 5 * MINUTE_MS;

/** A task and its stored minutes. */
export interface FoundTask {
  readonly task: Task;
  readonly minutes: readonly TaskMinute[];
}

/** One region of an explained task. */
interface ExplainedRegion {
  readonly region: string;
  readonly health: RegionHealth["status"];
  readonly failed_in_a_row: number;
  /** Null if the policy counts failures among the last checks. */
  readonly failures_needed: number | null;
  /** The first of the failures in a row. */
  readonly failing_since: string | null;
  readonly last_checks: string;
}

/** What a policy makes of a task at an instant, and what changed before. */
export interface Explained {
  readonly task_name: string;
  readonly host: string;
  readonly at: string;
  readonly status: TaskState["status"];
  readonly rule: string | null;
  readonly since: string | null;
  readonly incident: {
    readonly number: number;
    readonly opened_at: string | null;
    readonly hold_since: string | null;
  };
  readonly regions: readonly ExplainedRegion[];
  readonly changes: readonly ExplainedChange[];
}

/** One change of the status. */
export interface ExplainedChange {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly regions: readonly string[];
  readonly regions_needed: number;
}

/** Judges a task's minutes by a policy and says what came of it. */
export function explainBy(
  { task, minutes }: FoundTask,
  policy: AlertPolicy,
  atMs: EpochMs,
): Explained {
  const changes: ExplainedChange[] = [];
  const { state } = replayTask(minutes, policy, ({ judgement }) => {
    for (const transition of judgement.transitions) {
      if (transition.kind === "state") changes.push(changeOf(transition));
    }
  });
  const { incident } = state;
  return {
    task_name: task.name,
    host: task.host,
    at: toIso(atMs),
    status: state.status,
    rule: state.rule,
    since: state.status === "OK" ? null : toIso(state.sinceMs),
    incident: {
      number: incident.number,
      opened_at: isoOrNull(incident.openedAtMs),
      hold_since: isoOrNull(incident.belowSinceMs),
    },
    regions: regionsOf(minutes).map((name) =>
      explainRegion(name, state.regions[name] ?? INITIAL_HEALTH, { policy, minutes }),
    ),
    changes,
  };
}

function isoOrNull(atMs: EpochMs | null): string | null {
  return atMs === null ? null : toIso(atMs);
}

function changeOf(transition: StateTransition): ExplainedChange {
  const { atMs, from, to, reason, votes, votesNeeded } = transition;
  const breaching = votes.filter(({ vote }) => vote === "breach").map(({ region }) => region);
  return { at: toIso(atMs), from, to, reason, regions: breaching, regions_needed: votesNeeded };
}

function regionsOf(minutes: readonly TaskMinute[]): string[] {
  return [...new Set(minutes.flatMap(({ regions }) => Object.keys(regions)))].sort();
}

function explainRegion(
  region: string,
  health: RegionHealth,
  { policy, minutes }: { policy: AlertPolicy; minutes: readonly TaskMinute[] },
): ExplainedRegion {
  return {
    region,
    health: health.status,
    failed_in_a_row: health.failCount,
    failures_needed: failuresToTurn(health, policy),
    failing_since: isoOrNull(health.firstFailAtMs),
    last_checks: lastChecks(region, minutes),
  };
}

/** The last checks of a region as letters: `.` passed, `X` failed, `?` uncounted, `r` before a recheck. */
function lastChecks(region: string, minutes: readonly TaskMinute[]): string {
  const fromMs = (minutes.at(-1)?.periodEndMs ?? 0) - LISTED_MS;
  const letters = { passed: ".", failed: "X", uncounted: "?" } as const;
  return minutes
    .flatMap(({ regions }) => [
      ...(regions[region]?.checks ?? []).map((check) => ({ ...check, mark: "" })),
      ...(regions[region]?.rechecks ?? []).map((check) => ({ ...check, mark: "r" })),
    ])
    .filter(({ slotAtMs }) => slotAtMs >= fromMs)
    .sort((a, b) => a.slotAtMs - b.slotAtMs)
    .map(({ verdict, mark }) => `${mark}${letters[verdict]}`)
    .join("");
}
