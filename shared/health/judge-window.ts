import { judgeAdvisories, noteAdvisories } from "./advisory.ts";
import { judgeStatus, type StatusVerdict } from "./judge-status.ts";
import { mainErrorKind } from "./main-error-kind.ts";
import type { Judgement, JudgeWindow, StateTransition, TaskState } from "./model.ts";
import { type RegionReport, readReports } from "./region-report.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { conclude } from "./task-state.ts";
import { failuresOnly, takeVote } from "./votes.ts";

/**
 * Judges one window of one task. What it changes is in the new state; where that is nothing, the
 * state comes back as the same object. A window up to `throughMs` has been judged before, and one in
 * which nothing was due says nothing.
 */
export const judgeWindow: JudgeWindow = (state, window, policy) => {
  const isDue = Object.values(window.regions).some(({ figures }) => figures.expectedCount > 0);
  if (window.periodStartMs <= state.throughMs || !isDue) return { state, transitions: [] };
  const reports = readReports(state, window, policy);
  const judge = reports.some(({ isFresh }) => isFresh) ? judgeReports : judgeSilence;
  return conclude(state, judge(state, reports, policy), window.periodStartMs);
};

type Judge = (state: TaskState, reports: readonly RegionReport[], policy: AlertPolicy) => Judgement;

const judgeReports: Judge = (state, reports, policy) => {
  const verdict = judgeStatus(state, reports, policy);
  const advisories = judgeAdvisories(reports, policy);
  const after = Object.fromEntries(reports.map((report) => [report.region, report.after]));
  const regions = noteAdvisories({ ...state.regions, ...after }, advisories);
  const { status, rule } = verdict;
  return {
    state: { ...state, status, rule, regions, silentWindows: 0 },
    transitions: [...changeOfStatus(state, verdict), ...advisories],
  };
};

/** Silence is not bad news of the target: the status stays, until it has lasted too long to hold. */
const judgeSilence: Judge = (state, reports, policy) => {
  const isLong = state.silentWindows + 1 >= policy.noDataWindows;
  const silentWindows = isLong ? state.silentWindows : state.silentWindows + 1;
  if (!isLong) return { state: { ...state, silentWindows }, transitions: [] };
  const tally = takeVote(reports, "warning", { ballot: failuresOnly, quorum: policy.quorum });
  const verdict: StatusVerdict = { status: "NO_DATA", rule: "no_data", tally };
  return {
    state: { ...state, status: "NO_DATA", rule: "no_data", silentWindows },
    transitions: changeOfStatus(state, verdict),
  };
};

function changeOfStatus(state: TaskState, verdict: StatusVerdict): StateTransition[] {
  const { status, rule, tally } = verdict;
  if (status === state.status) return [];
  const breaching = tally.votes.flatMap(({ vote, figures }) => (vote === "breach" ? figures : []));
  return [
    {
      kind: "state",
      from: state.status,
      to: status,
      reason: rule ?? "recovered",
      errorKind: rule === "avg_connect_time_ms" || rule === null ? null : mainErrorKind(breaching),
      votesNeeded: tally.votesNeeded,
      votes: tally.votes,
    },
  ];
}
