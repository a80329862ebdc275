import type { AlertingSettings } from "../../shared/alerting/operators/operators.ts";
import { settingsOf } from "../../shared/alerting/settings/settings.ts";
import {
  type FleetState,
  type GroupTargets,
  groupTargets,
  membersByGroup,
  type OpenTrouble,
  openTroubles,
} from "../../shared/fleet-health/fleet-health.ts";
import { INITIAL_STATE, isHealthy, knownEnd, type TaskStatus } from "../../shared/health/health.ts";
import type { Task } from "../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import type { StoredProgress } from "../ports/progress-store.ts";
import type { TaskRecord } from "../ports/state-store.ts";

/** A group, and which of its targets are healthy. */
export interface GroupStatus extends GroupTargets {
  readonly targetId: string;
  /** How many must be healthy; null if there is no such limit. */
  readonly minHealthy: number | null;
  /** Since when fewer than its `min_healthy` are healthy; null if enough are, or without a limit. */
  readonly belowSinceMs: EpochMs | null;
}

/** How the fleet's tasks stand now. */
export interface FleetStatus {
  /** The end of the newest minute that was judged; null before the first. */
  readonly judgedToMs: EpochMs | null;
  readonly taskCounts: Readonly<Record<TaskStatus, number>>;
  /** Regions that abstain because their own network fails. */
  readonly impaired: readonly { readonly region: RegionName; readonly sinceMs: EpochMs }[];
  /** What is wrong with the fleet itself. */
  readonly troubles: readonly OpenTrouble[];
  /** In order of their names. */
  readonly groups: readonly GroupStatus[];
  /** Of tasks with certificates, the one that ends first is first. */
  readonly certificates: readonly TaskCertificate[];
}

/** When a task's certificate ends: the one that is near its end, else the one that was seen last. */
export interface TaskCertificate {
  readonly taskName: string;
  readonly host: string;
  readonly untilMs: EpochMs;
}

/** What a status follows from. */
export interface StatusGround {
  readonly records: readonly TaskRecord[];
  readonly fleet: FleetState;
  readonly progress: StoredProgress | null;
  readonly settings: AlertingSettings;
}

/** How the planned tasks stand, from what was read. A task of which nothing is stored is OK. */
export function fleetStatus(
  { records, fleet, progress, settings }: StatusGround,
  planned: readonly Task[],
): FleetStatus {
  const found = new Map(records.map(({ task, state }) => [task.name, state]));
  const tasks = planned.map((task) => ({ ...task, state: found.get(task.name) ?? INITIAL_STATE }));
  const members = tasks.map(({ host, targetId, state }) => ({
    ...{ host, targetId },
    isHealthy: isHealthy(state),
  }));
  const { regions, groups } = fleet;
  return {
    judgedToMs: progress?.watermarkMs ?? null,
    taskCounts: countOf(tasks.map(({ state }) => state.status)),
    impaired: Object.entries(regions).flatMap(([region, { sinceMs }]) =>
      sinceMs === null ? [] : { region, sinceMs },
    ),
    troubles: openTroubles(fleet),
    groups: [...membersByGroup(members)].map(([targetId, own]) => ({
      targetId,
      minHealthy: settingsOf(settings, { name: "", targetId, alert: {} }).minHealthy,
      belowSinceMs: groups[targetId]?.sinceMs ?? null,
      ...groupTargets(own),
    })),
    certificates: tasks
      .flatMap(({ name, host, state }) => {
        const untilMs = knownEnd(state);
        return untilMs === null ? [] : { taskName: name, host, untilMs };
      })
      .sort((a, b) => a.untilMs - b.untilMs || (a.taskName < b.taskName ? -1 : 1)),
  };
}

function countOf(statuses: readonly TaskStatus[]): Record<TaskStatus, number> {
  const counts = { OK: 0, WARNING: 0, CRITICAL: 0, NO_DATA: 0 };
  for (const status of statuses) counts[status]++;
  return counts;
}
