import {
  INITIAL_STATE,
  type Judgement,
  judgeWindow,
  type TaskState,
  type Transition,
} from "../../shared/health/health.ts";
import type { AlertPolicy } from "../../shared/health/rules/rules.ts";
import type { TaskWindow } from "../../shared/summary/summary.ts";
import type { EpochMs } from "../../shared/units.ts";

/** One minute of a task as it is stored: its checks in every region. */
export type TaskMinute = TaskWindow;

/** A time in which a task was down by a policy. */
export interface ReplayedIncident {
  readonly number: number;
  readonly openedAtMs: EpochMs;
  /** Null if it was open at the end. */
  readonly closedAtMs: EpochMs | null;
}

/** A minute, and what it made of the task. */
export interface ReplayStep {
  readonly minute: TaskMinute;
  readonly judgement: Judgement;
}

/** What a policy makes of a task's minutes. */
export interface ReplayedTask {
  readonly incidents: readonly ReplayedIncident[];
  /** How often a warning opened. */
  readonly warningCount: number;
  /** The state at the end. */
  readonly state: TaskState;
}

/**
 * Judges a task's minutes, which come in order, by a policy. What is remembered before the first
 * minute is not known, so the first minutes should be before the time that matters. `onStep` sees
 * every minute.
 */
export function replayTask(
  minutes: readonly TaskMinute[],
  policy: AlertPolicy,
  onStep: (step: ReplayStep) => void = () => undefined,
): ReplayedTask {
  let state = INITIAL_STATE;
  let warningCount = 0;
  const incidents: ReplayedIncident[] = [];
  for (const minute of minutes) {
    const judgement = judgeWindow(state, minute, policy);
    state = judgement.state;
    warningCount += judgement.transitions.filter(isWarning).length;
    noteIncident(incidents, judgement);
    onStep({ minute, judgement });
  }
  return { incidents, warningCount, state };
}

function isWarning(transition: Transition): boolean {
  if (transition.kind !== "state") return false;
  return transition.track === "warning" && transition.phase === "opened";
}

/** An incident may open without a transition: where figures had made the task CRITICAL before. */
function noteIncident(
  incidents: ReplayedIncident[],
  { state: { incident }, transitions }: Judgement,
): void {
  const { number, openedAtMs, closedAtMs } = incident;
  const last = incidents.at(-1);
  if (number > (last?.number ?? 0)) {
    const opening = transitions.find((one) => one.kind === "state" && one.number === number);
    const openingAtMs = opening?.kind === "state" ? opening.openedAtMs : null;
    const fromMs = openedAtMs ?? openingAtMs ?? closedAtMs ?? 0;
    incidents.push({
      number,
      openedAtMs: fromMs,
      closedAtMs: openedAtMs === null ? closedAtMs : null,
    });
    return;
  }
  if (last?.closedAtMs === null && openedAtMs === null) {
    incidents[incidents.length - 1] = { ...last, closedAtMs };
  }
}
