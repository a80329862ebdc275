import type { TaskWindow } from "../summary/summary.ts";
import type { RegionName } from "../units.ts";
import { judgeAdvisories, noteAdvisories } from "./advisory.ts";
import { noteCertificates } from "./certificate-change.ts";
import { certificateEnd } from "./certificate-end.ts";
import { foldSamples } from "./judge-samples.ts";
import type {
  Incident,
  Judgement,
  Rule,
  StateTransition,
  TaskState,
  WarningSpell,
} from "./model.ts";
import { noteSilence } from "./note-silence.ts";
import { type AlertPolicy, isOfAvailability } from "./rules/rules.ts";
import { statusOf } from "./status.ts";
import { conclude } from "./task-state.ts";
import { judgeTrends, type TrendJudgement, type UsualTimes } from "./trends/trends.ts";
import { uncountedReasons } from "./uncounted.ts";
import { castVote, mainErrorKind, mainPhase, votersOf, withFigures } from "./votes.ts";

const NO_REGION: ReadonlySet<RegionName> = new Set();

/** A window with all that it is judged by. */
interface Due {
  readonly window: TaskWindow;
  readonly policy: AlertPolicy;
  readonly sick: ReadonlySet<RegionName>;
  readonly usual: UsualTimes | null;
}

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
  return conclude(state, foldSamples(state, window, { policy, sick }), null, { window, policy });
}

/**
 * Judges one closed window of one task: its samples, its figures, its silence. If nothing changed, the
 * state is the same object. A window up to the state's `throughMs` was judged before and is ignored.
 * `usual` are the task's usual connect times, if they were read for it.
 */
export function judgeWindow(
  state: TaskState,
  window: TaskWindow,
  policy: AlertPolicy,
  sick: ReadonlySet<RegionName> = NO_REGION,
  usual: UsualTimes | null = null,
): Judgement {
  if (window.periodStartMs <= state.throughMs) return { state, transitions: [] };
  const folded = foldSamples(state, window, { policy, sick });
  const isDue = Object.values(window.regions).some(({ figures }) => figures.expectedCount > 0);
  const judged = isDue ? judgeDue(folded, { window, policy, sick, usual }) : folded;
  return conclude(state, judged, window.periodStartMs, { window, policy });
}

/** A window with scheduled checks. */
function judgeDue(folded: Judgement, by: Due): Judgement {
  const heard = { ...folded, state: noteSilence(folded.state, by.window) };
  if (!hasData(by.window)) return judgeSilence(judgeFigures(heard, by), by);
  const judged = advise(judgeFigures(endSilence(heard, by.window), by), by);
  return noteCertificates(judged, without(by.window, by.sick));
}

function hasData({ regions }: TaskWindow): boolean {
  return Object.values(regions).some(
    ({ figures, rechecks }) =>
      figures.sampleCount > 0 || rechecks.some(({ verdict }) => verdict !== "uncounted"),
  );
}

function advise({ state, transitions }: Judgement, { window, sick }: Due): Judgement {
  const advisories = judgeAdvisories(state, window, sick);
  const regions = noteAdvisories(state.regions, advisories);
  return { state: { ...state, regions }, transitions: [...transitions, ...advisories] };
}

function endSilence({ state, transitions }: Judgement, window: TaskWindow): Judgement {
  const quiet = state.silentWindows === 0 ? state : { ...state, silentWindows: 0 };
  const { openedAtMs, number } = state.silence;
  if (openedAtMs === null) return { state: quiet, transitions };
  const next = { ...quiet, silence: { number, openedAtMs: null } };
  return changeStatus({ state: next, transitions }, window, {
    ...{ track: "silence", number, phase: "closed", openedAtMs },
    ...{ votesNeeded: 0, votes: [] },
  });
}

/** What is no outage: a task that is down has no trends of its own. */
function judgeFigures(folded: Judgement, { window, policy, usual, sick }: Due): Judgement {
  const { state } = folded;
  const isFrozen = wasDown(state.incident, window);
  const judged = judgeTrends(state.trends, without(window, sick), { policy, isFrozen, usual });
  const trended = judged.memory === state.trends ? state : { ...state, trends: judged.memory };
  const warning = nextWarning(state.warning, judged, window.periodEndMs);
  if (warning === state.warning) return { ...folded, state: trended };
  const openedAtMs = warning.openedAtMs ?? state.warning.openedAtMs;
  return changeStatus({ ...folded, state: { ...trended, warning } }, window, {
    ...{ track: "warning", number: warning.number, phase: phaseOf(state.warning, warning) },
    ...{ openedAtMs, votesNeeded: judged.votesNeeded },
    votes: withFigures(judged.votes, state, window),
  });
}

/** Whether an incident was open at some time of a window, as far as it is still known. */
function wasDown({ openedAtMs, closedAtMs }: Incident, window: TaskWindow): boolean {
  if (openedAtMs !== null && openedAtMs < window.periodEndMs) return true;
  return closedAtMs !== null && closedAtMs >= window.periodStartMs;
}

/** What sick regions say is not listened to. */
function without(window: TaskWindow, sick: ReadonlySet<RegionName>): TaskWindow {
  if (sick.size === 0) return window;
  const regions = Object.entries(window.regions).filter(([name]) => !sick.has(name));
  return { ...window, regions: Object.fromEntries(regions) };
}

function nextWarning(
  warning: WarningSpell,
  { severity, rule }: TrendJudgement,
  atMs: number,
): WarningSpell {
  const { number, openedAtMs } = warning;
  if (severity === null) {
    if (openedAtMs === null) return warning;
    return { number, openedAtMs: null, severity: null, rule: null };
  }
  if (openedAtMs === null) return { number: number + 1, openedAtMs: atMs, severity, rule };
  if (severity === warning.severity && rule === warning.rule) return warning;
  return { number, openedAtMs, severity, rule };
}

function phaseOf(before: WarningSpell, after: WarningSpell): StateTransition["phase"] {
  if (after.openedAtMs === null) return "closed";
  return before.openedAtMs === null ? "opened" : "changed";
}

/** No report says nothing of the target: the status stays until `noDataWindows` windows are silent. */
function judgeSilence(folded: Judgement, { window, policy }: Due): Judgement {
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
    votesNeeded: 0,
    votes: votersOf(state, window).map((voter) => castVote(voter, "none")),
  });
}

/** What a change of status says beside the status itself. */
type Change = Pick<
  StateTransition,
  "track" | "number" | "phase" | "openedAtMs" | "votesNeeded" | "votes"
>;

/** The status that follows from what is open, and a transition if it is another one. */
function changeStatus(
  { state, transitions }: Judgement,
  window: TaskWindow,
  change: Change,
): Judgement {
  const { status, rule } = statusOf(state);
  if (status === state.status) return { state: { ...state, rule }, transitions };
  const atMs = window.periodEndMs;
  const breaching = change.votes.flatMap(({ vote, figures }) => (vote === "breach" ? figures : []));
  const errorKind = isOfFailures(rule) ? mainErrorKind(breaching) : null;
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
    errorKind,
    ...mainPhase(errorKind, breaching),
    uncounted: rule === "no_data" ? uncountedReasons(window) : [],
    ...certificateEnd(state.trends, window),
  };
  const next = { ...state, status, rule, sinceMs: atMs };
  return { state: next, transitions: [...transitions, transition] };
}

/** A slow target may fail too, but its failures are not why it is reported. */
function isOfFailures(rule: Rule | null): boolean {
  return rule !== null && isOfAvailability(rule);
}
