import type { TaskWindow } from "../summary/summary.ts";
import { judgeAdvisories, noteAdvisories } from "./advisory.ts";
import { judgeStatus, type StatusJudgement } from "./judge-status.ts";
import type { Judgement, Rule, StateTransition, TaskState } from "./model.ts";
import { type RegionReport, readReports } from "./region-report.ts";
import { type AlertPolicy, ruleNamed } from "./rules/rules.ts";
import { conclude } from "./task-state.ts";
import { type UncountedReason, uncountedReasons } from "./uncounted.ts";
import { availabilityBallot, mainErrorKind, takeVote } from "./votes.ts";

/**
 * Judges one window of one task: the next state and what changed. If nothing changed, the state is
 * the same object. A window up to the state's `throughMs` was judged before and is ignored, and so is
 * a window without scheduled checks.
 */
export function judgeWindow(state: TaskState, window: TaskWindow, policy: AlertPolicy): Judgement {
  const isDue = Object.values(window.regions).some(({ figures }) => figures.expectedCount > 0);
  if (window.periodStartMs <= state.throughMs || !isDue) return { state, transitions: [] };
  const reports = readReports(state, window, policy);
  const judgement = reports.some(({ isFresh }) => isFresh)
    ? judgeReports(state, reports, policy)
    : judgeSilence(state, reports, { policy, uncounted: uncountedReasons(window) });
  return conclude(state, judgement, window.periodStartMs);
}

function judgeReports(
  state: TaskState,
  reports: readonly RegionReport[],
  policy: AlertPolicy,
): Judgement {
  const judged = judgeStatus(state, reports, policy);
  const advisories = judgeAdvisories(reports, policy);
  const after = Object.fromEntries(reports.map((report) => [report.region, report.after]));
  const regions = noteAdvisories({ ...state.regions, ...after }, advisories);
  const { status, rule } = judged;
  return {
    state: { ...state, status, rule, regions, silentWindows: 0 },
    transitions: [...changeOfStatus(state, judged), ...advisories],
  };
}

/** No report says nothing of the target: the status stays until `noDataWindows` windows are silent. */
function judgeSilence(
  state: TaskState,
  reports: readonly RegionReport[],
  by: { readonly policy: AlertPolicy; readonly uncounted: readonly UncountedReason[] },
): Judgement {
  const { policy, uncounted } = by;
  const isLong = state.silentWindows + 1 >= policy.noDataWindows;
  const silentWindows = isLong ? state.silentWindows : state.silentWindows + 1;
  if (!isLong) return { state: { ...state, silentWindows }, transitions: [] };
  const tally = takeVote(reports, "warning", availabilityBallot(policy));
  const judged: StatusJudgement = { status: "NO_DATA", rule: "no_data", tally };
  return {
    state: { ...state, status: "NO_DATA", rule: "no_data", silentWindows },
    transitions: changeOfStatus(state, judged).map((change) => ({ ...change, uncounted })),
  };
}

function changeOfStatus(state: TaskState, judged: StatusJudgement): StateTransition[] {
  const { status, rule, tally } = judged;
  if (status === state.status) return [];
  const breaching = tally.votes.flatMap(({ vote, figures }) => (vote === "breach" ? figures : []));
  return [
    {
      kind: "state",
      from: state.status,
      to: status,
      reason: rule ?? "recovered",
      errorKind: isOfFailures(rule) ? mainErrorKind(breaching) : null,
      votesNeeded: tally.votesNeeded,
      votes: tally.votes,
      uncounted: [],
    },
  ];
}

/** A slow target may fail too, but its failures are not why it is reported. */
function isOfFailures(rule: Rule | null): boolean {
  return rule !== null && ruleNamed(rule)?.aspect !== "latency";
}
