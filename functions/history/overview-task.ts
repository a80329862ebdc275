import {
  type AlertingSettings,
  maintenanceAt,
  quietingAt,
} from "../../shared/alerting/operators/operators.ts";
import {
  INITIAL_STATE,
  type Rule,
  type TaskState,
  type TaskStatus,
} from "../../shared/health/health.ts";
import type { Task } from "../../shared/task/task.ts";
import type { DurationMs, EpochMs, RegionName } from "../../shared/units.ts";
import { NO_TIME, type StatusTime } from "./status-time.ts";
import type { ListedTask } from "./task-standing.ts";

/** Whether a stored task runs: in an earlier version too, with a note. `rejected` runs nowhere. */
export type Standing = "running" | "waiting" | "disabled" | "rejected";

/** What holds a task's alerts now. */
export interface HeldAlerts {
  readonly kind: "maintenance" | "silence" | "ack";
  readonly id: string;
  /** Null for an acknowledgement that ends with its incident. */
  readonly untilMs: EpochMs | null;
  readonly reason: string;
}

/** How one task is, as far as it is known. */
export interface OverviewTask {
  readonly name: string;
  readonly host: string;
  readonly targetId: string | null;
  readonly tags: Task["tags"];
  readonly scheduleMs: DurationMs;
  /** Where it is planned. */
  readonly regions: readonly RegionName[];
  readonly standing: Standing;
  /** Why it does not run as it is stored; null if it does. */
  readonly note: string | null;
  /** Null unless it runs. */
  readonly status: TaskStatus | null;
  readonly rule: Rule | null;
  /** Since when it has this status; null if it never had another one. */
  readonly sinceMs: EpochMs | null;
  readonly isFlapping: boolean;
  readonly downRegions: readonly RegionName[];
  /** Regions that give no sample although some are due. */
  readonly silentRegions: readonly RegionName[];
  /**
   * The last success before failures that still go on, or the start of a later minute with one, whichever
   * is later; null if it is not known.
   */
  readonly lastSuccessAtMs: EpochMs | null;
  readonly held: readonly HeldAlerts[];
  /** The last 24 hours. */
  readonly lastDay: StatusTime;
  /** The uptime that its owner wants; null without a wish. */
  readonly slaPercent: number | null;
}

/** What is known of one task. */
export interface TaskGround {
  readonly listed: ListedTask;
  /** As it runs in a region; null if it runs nowhere. */
  readonly running: Task | null;
  /** Null if nothing is remembered of it. */
  readonly state: TaskState | null;
  readonly settings: AlertingSettings;
  readonly lastDay: StatusTime | undefined;
  /** Undefined if it is not known. */
  readonly lastSuccessAtMs: EpochMs | undefined;
  readonly nowMs: EpochMs;
}

/** How a task is. */
export function overviewTask(ground: TaskGround): OverviewTask {
  const { listed, running, lastDay = NO_TIME } = ground;
  const { name, plannedRegions, reasons } = listed;
  const shown = running ?? listed.task;
  const [note = null] = reasons;
  const standing = standingOf(listed, running);
  return {
    name,
    host: shown?.host ?? "",
    targetId: shown?.targetId ?? null,
    tags: shown?.tags ?? {},
    scheduleMs: shown?.scheduleMs ?? 0,
    regions: plannedRegions,
    standing,
    note,
    ...(standing !== "running"
      ? NOT_RUNNING
      : stateFields(ground.state ?? INITIAL_STATE, ground.lastSuccessAtMs)),
    held: shown === null ? [] : heldBy(shown, ground),
    lastDay,
    slaPercent: listed.task?.slaPercent ?? null,
  };
}

/** A disabled task may still be in the plan for a minute. */
function standingOf({ task, state }: ListedTask, running: Task | null): Standing {
  if (task?.enabled === false) return "disabled";
  if (running !== null) return "running";
  return state === "invalid" || state === "unsupported" ? "rejected" : "waiting";
}

type StateFields = Pick<
  OverviewTask,
  "status" | "rule" | "sinceMs" | "isFlapping" | "downRegions" | "silentRegions" | "lastSuccessAtMs"
>;

const NOT_RUNNING: StateFields = {
  status: null,
  rule: null,
  sinceMs: null,
  isFlapping: false,
  downRegions: [],
  silentRegions: [],
  lastSuccessAtMs: null,
};

function stateFields(
  { status, rule, sinceMs, incident, regions }: TaskState,
  lastSuccessAtMs: EpochMs | undefined,
): StateFields {
  const entries = Object.entries(regions);
  return {
    status,
    rule,
    sinceMs: sinceMs === 0 ? null : sinceMs,
    isFlapping: incident.openedAtMs !== null && incident.reopenings > 0,
    downRegions: entries.flatMap(([name, health]) => (health.status === "unhealthy" ? name : [])),
    silentRegions: entries.flatMap(([name, health]) => (health.silentSinceMs === null ? [] : name)),
    lastSuccessAtMs: lastSuccessAtMs ?? null,
  };
}

function heldBy(task: Task, { settings, state, nowMs }: TaskGround): HeldAlerts[] {
  const scoped = { name: task.name, targetId: task.targetId };
  const maintenance = maintenanceAt(settings, scoped, nowMs);
  const openedAtMs = state?.incident.openedAtMs ?? state?.warning.openedAtMs ?? null;
  const quieting = quietingAt(settings, scoped, { atMs: nowMs, openedAtMs });
  return [
    ...(maintenance === null
      ? []
      : [heldAlerts("maintenance", { ...maintenance.maintenance, untilMs: maintenance.endsAtMs })]),
    ...(quieting === null
      ? []
      : [heldAlerts(quieting.kind === "silence" ? "silence" : "ack", quieting)]),
  ];
}

function heldAlerts(
  kind: HeldAlerts["kind"],
  { id, untilMs, reason }: Omit<HeldAlerts, "kind">,
): HeldAlerts {
  return { kind, id, untilMs, reason };
}

/** The order in which states concern people. */
const RANKS: Readonly<Record<TaskStatus, number>> = { CRITICAL: 0, NO_DATA: 1, WARNING: 2, OK: 4 };

function rankOf({ status, standing, held }: OverviewTask): number {
  if (status === null) return standing === "rejected" ? 3 : 5;
  // What somebody works on comes after what nobody knows of.
  return status !== "OK" && held.length > 0 ? 3 : RANKS[status];
}

/** Compares tasks: the worst first, of equal ones the one that is so longest, then by name. */
export function worstFirst(a: OverviewTask, b: OverviewTask): number {
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  const since = (task: OverviewTask): EpochMs => (rankOf(task) < 4 ? (task.sinceMs ?? 0) : 0);
  return since(a) - since(b) || (a.name < b.name ? -1 : 1);
}
