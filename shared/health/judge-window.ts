import type { TaskWindow } from "../summary/summary.ts";
import type { RegionName } from "../units.ts";
import { judgeAdvisories, noteAdvisories } from "./advisory.ts";
import { foldSamples, type SampleRule } from "./judge-samples.ts";
import { judgeStatus, type StatusJudgement } from "./judge-status.ts";
import type { Judgement, Rule, StateTransition, TaskState, WarningSpell } from "./model.ts";
import { noteSilence } from "./note-silence.ts";
import { type RegionReport, readReports } from "./region-report.ts";
import { type AlertPolicy, ruleNamed, type Severity } from "./rules/rules.ts";
import { statusOf } from "./status.ts";
import { conclude } from "./task-state.ts";
import { uncountedReasons } from "./uncounted.ts";
import { availabilityBallot, mainErrorKind, type Tally, takeVote } from "./votes.ts";

const NO_REGION: ReadonlySet<RegionName> = new Set();

/**
 * Judges the samples of a task that have arrived, before their window is closed: the next state, and
 * whether its incident opened or closed. If nothing changed, the state is the same object.
 */
export function judgeSamples(
  state: TaskState,
  window: TaskWindow,
  policy: AlertPolicy,
  sick: ReadonlySet<RegionName> = NO_REGION,
): Judgement {
  return conclude(state, foldSamples(state, window, { policy, sick }), null);
}

/**
 * Judges one closed window of one task: its samples, its figures, its silence. If nothing changed, the
 * state is the same object. A window up to the state's `throughMs` was judged before and is ignored.
 */
export function judgeWindow(
  state: TaskState,
  window: TaskWindow,
  policy: AlertPolicy,
  sick: ReadonlySet<RegionName> = NO_REGION,
): Judgement {
  if (window.periodStartMs <= state.throughMs) return { state, transitions: [] };
  const folded = foldSamples(state, window, { policy, sick });
  const isDue = Object.values(window.regions).some(({ figures }) => figures.expectedCount > 0);
  const judged = isDue ? judgeDue(folded, window, { policy, sick }) : folded;
  return conclude(state, judged, window.periodStartMs);
}

/** A window with scheduled checks. */
function judgeDue(folded: Judgement, window: TaskWindow, { policy, sick }: SampleRule): Judgement {
  const heard = { ...folded, state: noteSilence(folded.state, window) };
  const reports = readReports(heard.state, window, policy).filter(
    ({ region }) => !sick.has(region),
  );
  const reported = { window, reports, policy, sick };
  return hasData(window) ? judgeReports(heard, reported) : judgeSilence(heard, reported);
}

function hasData({ regions }: TaskWindow): boolean {
  return Object.values(regions).some(
    ({ figures, rechecks }) =>
      figures.sampleCount > 0 || rechecks.some(({ verdict }) => verdict !== "uncounted"),
  );
}

interface Reported extends SampleRule {
  readonly window: TaskWindow;
  /** Without those of sick regions. */
  readonly reports: readonly RegionReport[];
}

function judgeReports(folded: Judgement, reported: Reported): Judgement {
  const { window, reports } = reported;
  const after = Object.fromEntries(reports.map((report) => [report.region, report.after]));
  const known = { ...folded.state, regions: { ...folded.state.regions, ...after } };
  const spoken = endSilence({ ...folded, state: known }, window);
  const warned = judgeFigures(spoken, reported);
  const advisories = judgeAdvisories(warned.state, window, reported.sick);
  const regions = noteAdvisories(warned.state.regions, advisories);
  return {
    state: { ...warned.state, regions },
    transitions: [...warned.transitions, ...advisories],
  };
}

function endSilence({ state, transitions }: Judgement, window: TaskWindow): Judgement {
  const quiet = state.silentWindows === 0 ? state : { ...state, silentWindows: 0 };
  const { openedAtMs, number } = state.silence;
  if (openedAtMs === null) return { state: quiet, transitions };
  const next = { ...quiet, silence: { number, openedAtMs: null } };
  return changeStatus({ state: next, transitions }, window, {
    ...{ track: "silence", number, phase: "closed", openedAtMs },
    tally: NO_TALLY,
  });
}

/** While an incident is open, figures say nothing new. */
function judgeFigures(folded: Judgement, { window, reports, policy }: Reported): Judgement {
  const { state } = folded;
  if (state.incident.openedAtMs !== null || !reports.some(({ isFresh }) => isFresh)) return folded;
  const judged = judgeStatus(state, reports, policy);
  const warning = nextWarning(state.warning, judged, window.periodEndMs);
  if (warning === state.warning) return folded;
  const openedAtMs = warning.openedAtMs ?? state.warning.openedAtMs;
  return changeStatus({ ...folded, state: { ...state, warning } }, window, {
    ...{ track: "warning", number: warning.number, phase: phaseOf(state.warning, warning) },
    ...{ openedAtMs, tally: judged.tally },
  });
}

function nextWarning(
  warning: WarningSpell,
  { status, rule }: StatusJudgement,
  atMs: number,
): WarningSpell {
  const { number, openedAtMs } = warning;
  if (status === "OK" || status === "NO_DATA") {
    if (openedAtMs === null) return warning;
    return { number, openedAtMs: null, severity: null, rule: null };
  }
  const severity: Severity = status === "CRITICAL" ? "critical" : "warning";
  if (openedAtMs === null) return { number: number + 1, openedAtMs: atMs, severity, rule };
  if (severity === warning.severity && rule === warning.rule) return warning;
  return { number, openedAtMs, severity, rule };
}

function phaseOf(before: WarningSpell, after: WarningSpell): StateTransition["phase"] {
  if (after.openedAtMs === null) return "closed";
  return before.openedAtMs === null ? "opened" : "changed";
}

/** No report says nothing of the target: the status stays until `noDataWindows` windows are silent. */
function judgeSilence(folded: Judgement, { window, reports, policy }: Reported): Judgement {
  const { state, transitions } = folded;
  if (state.silence.openedAtMs !== null) return folded;
  const silentWindows = state.silentWindows + 1;
  if (silentWindows < policy.noDataWindows) {
    return { state: { ...state, silentWindows }, transitions };
  }
  const silence = { number: state.silence.number + 1, openedAtMs: window.periodEndMs };
  return changeStatus({ state: { ...state, silence, silentWindows }, transitions }, window, {
    ...{ track: "silence", number: silence.number, phase: "opened" },
    openedAtMs: silence.openedAtMs,
    tally: takeVote(reports, "warning", availabilityBallot(policy)),
  });
}

const NO_TALLY: Tally = { reached: false, votesNeeded: 0, votes: [] };

/** What a change of status says beside the status itself. */
interface Change extends Pick<StateTransition, "track" | "number" | "phase" | "openedAtMs"> {
  readonly tally: Tally;
}

/** The status that follows from what is open, and a transition if it is another one. */
function changeStatus(
  { state, transitions }: Judgement,
  window: TaskWindow,
  { tally, ...change }: Change,
): Judgement {
  const { status, rule } = statusOf(state);
  if (status === state.status) return { state: { ...state, rule }, transitions };
  const atMs = window.periodEndMs;
  const breaching = tally.votes.flatMap(({ vote, figures }) => (vote === "breach" ? figures : []));
  const transition: StateTransition = {
    kind: "state",
    from: state.status,
    to: status,
    reason: rule ?? "recovered",
    atMs,
    ...change,
    failingSinceMs: null,
    flapping: null,
    lastSuccess: null,
    samples: [],
    errorKind: isOfFailures(rule) ? mainErrorKind(breaching) : null,
    votesNeeded: tally.votesNeeded,
    votes: tally.votes,
    uncounted: rule === "no_data" ? uncountedReasons(window) : [],
  };
  const next = { ...state, status, rule, sinceMs: atMs };
  return { state: next, transitions: [...transitions, transition] };
}

/** A slow target may fail too, but its failures are not why it is reported. */
function isOfFailures(rule: Rule | null): boolean {
  return rule !== null && ruleNamed(rule)?.aspect !== "latency";
}
