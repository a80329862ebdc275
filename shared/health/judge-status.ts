import { firstSynAverage } from "../summary/summary.ts";
import type { Rule, TaskState, TaskStatus } from "./model.ts";
import {
  type AlertPolicy,
  countsAs,
  type Finding,
  ruleNamed,
  SEVERITIES,
  type Severity,
} from "./rules/rules.ts";
import { castVote, statusBallot, type Tally, takeVote, type Voter } from "./votes.ts";

/** The status that the regions give a task, by which rule and which votes. */
export interface StatusJudgement {
  readonly status: TaskStatus;
  /** Null if it is OK. */
  readonly rule: Rule | null;
  readonly tally: Tally;
}

/** Judges a task's status: critical before warning, availability before latency. */
export function judgeStatus(
  state: TaskState,
  voters: readonly Voter[],
  policy: AlertPolicy,
): StatusJudgement {
  const ballot = statusBallot(policy);
  const nearest = policy.latencyScope === "nearest" ? nearestOf(voters) : null;
  for (const severity of SEVERITIES) {
    const status = severity === "critical" ? "CRITICAL" : "WARNING";
    const tally = takeVote(voters, severity, ballot);
    if (tally.reached) return { status, rule: mainRule(tally), tally };
    if (nearest !== null && isSlow(state, voters, severity)) {
      return { status, ...decidesAlone(nearest, tally) };
    }
  }
  return { status: "OK", rule: null, tally: takeVote(voters, "warning", ballot) };
}

/** The rule that most breaching regions name, the first by region among equals. */
function mainRule({ votes }: Tally): Rule | null {
  const rules = votes.flatMap(({ rule }) => rule ?? []);
  const countOf = (rule: Rule) => rules.filter((other) => other === rule).length;
  return rules.toSorted((a, b) => countOf(b) - countOf(a))[0] ?? null;
}

/** While the nearest region is not known, latency raises nothing and clears nothing. */
function isSlow(state: TaskState, voters: readonly Voter[], severity: Severity): boolean {
  const latency = judgeNearestLatency(voters, severity);
  return latency === "breach" || (latency === "unknown" && isHeldByLatency(state, severity));
}

function isHeldByLatency({ status, rule }: TaskState, severity: Severity): boolean {
  if (ruleNamed(rule)?.aspect !== "latency") return false;
  return status === "CRITICAL" || severity === "warning";
}

/**
 * A task's latency by its nearest region. `unknown`: every known average is above the limit, but a
 * region whose report was due gave none and might be the nearest.
 */
export type LatencyJudgement = "fine" | "breach" | "unknown";

/**
 * Judges latency on the nearest reporting region, the one with the least average. Its average is
 * above a limit exactly when every region's average is, so the votes that regions keep from earlier
 * windows are judged alike. Without the nearest region, distance would count as a fault: so losing a
 * region, or failing in it, makes no task slow.
 */
export function judgeNearestLatency(
  voters: readonly Voter[],
  severity: Severity,
): LatencyJudgement {
  const speaking = voters.filter(hasLatency);
  const isBreach = speaking.every((voter) => isSlowAt(voter, severity));
  if (nearestOf(voters) === null || !isBreach) return "fine";
  return voters.some((voter) => voter.awaited && !hasLatency(voter)) ? "unknown" : "breach";
}

function decidesAlone(nearest: Voter, tally: Tally): Omit<StatusJudgement, "status"> {
  const found = latencyOf(nearest);
  const own = castVote(nearest, "breach", found);
  const votes = tally.votes.map((vote) => (vote.region === own.region ? own : vote));
  return { rule: found?.rule ?? null, tally: { reached: true, votesNeeded: 1, votes } };
}

/** A region that reported without an average does not speak; one that keeps an earlier vote does. */
function hasLatency({ findings, figures }: Voter): boolean {
  return findings !== null && (firstSynAverage(figures) !== null || figures.sampleCount === 0);
}

function isSlowAt(voter: Voter, severity: Severity): boolean {
  const found = latencyOf(voter);
  return found !== null && countsAs(found, severity);
}

function latencyOf({ findings }: Voter): Finding | null {
  return findings?.find(({ aspect }) => aspect === "latency") ?? null;
}

function nearestOf(voters: readonly Voter[]): Voter | null {
  let nearest: Voter | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const voter of voters) {
    const average = firstSynAverage(voter.figures);
    if (average === null || average >= least) continue;
    nearest = voter;
    least = average;
  }
  return nearest;
}
