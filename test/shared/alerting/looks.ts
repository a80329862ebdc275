import {
  type AlertingMemory,
  type FleetAlerting,
  type LookedTask,
  NO_FLEET_ALERTING,
  NO_MEMORY,
  type TaskNotice,
  type ToldLook,
  type ToldTransition,
  tellUsers,
} from "../../../shared/alerting/alerting.ts";
import {
  type AlertingSettings,
  NO_ALERTING_SETTINGS,
} from "../../../shared/alerting/operators/operators.ts";
import type { AlertSettings } from "../../../shared/alerting/settings/settings.ts";
import {
  INITIAL_HEALTH,
  INITIAL_STATE,
  type Judgement,
  type StateTransition,
  type TaskState,
  type TaskStatus,
} from "../../../shared/health/health.ts";
import type { EpochMs } from "../../../shared/units.ts";

/** Noon of a day, from which tests count. */
export const NOON = Date.UTC(2026, 0, 5, 12);

/** Seconds after noon. */
export function at(seconds: number): EpochMs {
  return NOON + seconds * 1_000;
}

/** What is true of a task from an instant on. `W` and `C`: figures break a rule of that severity. */
export type Truth = "up" | "failing" | "down" | "W" | "C" | "silent" | "silent and down";

/** What health makes of it, as the real one does: a transition if the status is another one. */
export function judge(before: TaskState, truth: Truth, atMs: EpochMs): Judgement {
  const state = withStatus({
    ...before,
    incident: moveSpell(before.incident, truth === "down" || truth === "silent and down", atMs),
    warning: {
      ...moveSpell(before.warning, truth === "W" || truth === "C", atMs),
      severity: truth === "W" ? "warning" : truth === "C" ? "critical" : null,
      rule: truth === "W" || truth === "C" ? "failure_percent" : null,
    },
    silence: moveSpell(before.silence, truth.startsWith("silent"), atMs),
    regions: truth === "failing" ? { eu: { ...INITIAL_HEALTH, failCount: 1 } } : {},
  });
  if (state.status === before.status) return { state, transitions: [] };
  const transitions = [transitionOf(before, state, atMs)];
  return { state: { ...state, sinceMs: atMs, sequence: state.sequence + 1 }, transitions };
}

function moveSpell<Spell extends { number: number; openedAtMs: EpochMs | null }>(
  spell: Spell,
  isOpen: boolean,
  atMs: EpochMs,
): Spell {
  if (isOpen === (spell.openedAtMs !== null)) return spell;
  if (isOpen) return { ...spell, number: spell.number + 1, openedAtMs: atMs };
  return { ...spell, openedAtMs: null, ...("closedAtMs" in spell && { closedAtMs: atMs }) };
}

function withStatus(state: TaskState): TaskState {
  if (state.silence.openedAtMs !== null) return { ...state, status: "NO_DATA", rule: "no_data" };
  if (state.incident.openedAtMs !== null) return { ...state, status: "CRITICAL", rule: "down" };
  const { severity, rule } = state.warning;
  const status = severity === null ? "OK" : severity === "warning" ? "WARNING" : "CRITICAL";
  return { ...state, status, rule };
}

function transitionOf(before: TaskState, after: TaskState, atMs: EpochMs): StateTransition {
  const tracks = ["silence", "incident", "warning"] as const;
  const isChanged = (track: (typeof tracks)[number]) =>
    (before[track].openedAtMs === null) !== (after[track].openedAtMs === null);
  const track = tracks.find(isChanged) ?? "warning";
  const isOpen = after[track].openedAtMs !== null;
  return {
    kind: "state",
    from: before.status,
    to: after.status,
    reason: after.rule ?? "recovered",
    atMs,
    track,
    number: after[track].number,
    phase: isChanged(track) ? (isOpen ? "opened" : "closed") : "changed",
    openedAtMs: after[track].openedAtMs ?? before[track].openedAtMs,
    flapping: null,
    lastSuccess: null,
    failingSinceMs: null,
    samples: [],
    errorKind: after.status === "OK" ? null : "refused",
    votesNeeded: 1,
    votes: [],
    uncounted: [],
  };
}

/** One event as tests compare it, e.g. `db OK to CRITICAL (maintenance)` or `db released as CRITICAL`. */
function eventLine(name: string, event: ToldTransition | TaskNotice): string {
  const hold = event.suppressedBy === null ? "" : ` (${event.suppressedBy})`;
  const held = event.heldTasks.length === 0 ? "" : ` [${event.heldTasks.join(" ")}]`;
  return `${name} ${wordsOf(event)}${hold}${held}`;
}

function wordsOf(event: ToldTransition | TaskNotice): string {
  if (event.kind === "state") return `${event.from} to ${event.to}`;
  if (event.kind === "advisory") return `${event.region} ${event.raised ? "raised" : "cleared"}`;
  if (event.kind === "certificate") return `${event.region} sees ${event.after.id}`;
  const count = event.count === 0 ? "" : ` ${event.count}`;
  return `${event.kind}${count} as ${event.to}`;
}

/** What a task of a test's fleet sets, and its target. */
export interface TestTask {
  readonly targetId?: string;
  /** Null if its definition is not known. */
  readonly alert?: Partial<AlertSettings> | null;
}

/** A fleet whose truth a test sets, and what its users are told look by look. */
export class TestFleet {
  readonly tasks: Readonly<Record<string, TestTask>>;
  settings: AlertingSettings = NO_ALERTING_SETTINGS;
  memory: FleetAlerting = NO_FLEET_ALERTING;
  /** Everything that was decided, in order. */
  readonly lines: string[] = [];
  readonly known = new Map<
    string,
    { readonly state: TaskState; readonly memory: AlertingMemory }
  >();

  constructor(tasks: Readonly<Record<string, TestTask>>, settings: Partial<AlertingSettings> = {}) {
    this.tasks = tasks;
    this.settings = { ...NO_ALERTING_SETTINGS, ...settings };
  }

  stateOf(name: string): TaskState {
    return this.known.get(name)?.state ?? INITIAL_STATE;
  }

  statusOf(name: string): TaskStatus {
    return this.stateOf(name).status;
  }

  /** One look in which the given tasks are judged anew, at the given instant. Returns its events. */
  look(
    seconds: number,
    truths: Readonly<Record<string, Truth>> = {},
    names = this.names,
  ): string[] {
    const told = this.tell(seconds, truths, names);
    this.keep(told);
    const lines = linesOf(told);
    this.lines.push(...lines);
    return lines;
  }

  /** What a look tells, without keeping it. */
  tell(
    seconds: number,
    truths: Readonly<Record<string, Truth>> = {},
    names = this.names,
  ): ToldLook {
    const judgements = Object.entries(truths).map(([name, truth]) => [
      name,
      judge(this.stateOf(name), truth, at(seconds)),
    ]);
    return this.tellJudged(seconds, Object.fromEntries(judgements), names);
  }

  /** What a look tells of judgements. */
  tellJudged(
    seconds: number,
    judgements: Readonly<Record<string, Judgement>>,
    names = this.names,
  ): ToldLook {
    const looked = names.map((name): LookedTask => {
      const { targetId = null, alert = {} } = this.tasks[name] ?? {};
      return {
        task: { name, targetId },
        judgement: judgements[name] ?? { state: this.stateOf(name), transitions: [] },
        memory: this.known.get(name)?.memory ?? NO_MEMORY,
        alert,
      };
    });
    return tellUsers(looked, { nowMs: at(seconds), settings: this.settings, memory: this.memory });
  }

  keep({ tasks, memory }: Pick<ToldLook, "tasks" | "memory">): void {
    this.memory = memory;
    for (const { name, state, memory: own } of tasks) {
      this.known.set(name, { state, memory: own });
    }
  }

  get names(): string[] {
    return Object.keys(this.tasks);
  }
}

/** The events of a look, the fleet's first. */
export function linesOf({ tasks, fleetNotices }: ToldLook): string[] {
  const ofFleet = fleetNotices.map((notice) => {
    if (notice.kind === "quieting") return `${notice.quieting.kind} ${notice.quieting.id}`;
    const { number, track, phase, taskCount } = notice;
    return `storm ${number} of ${track} ${phase}: ${taskCount}`;
  });
  const ofTasks = tasks.flatMap(({ name, transitions, notices }) =>
    [...transitions, ...notices].map((event) => eventLine(name, event)),
  );
  return [...ofFleet, ...ofTasks];
}
