import type { AlertingSettings } from "../../../shared/alerting/operators/operators.ts";
import { settingsOf } from "../../../shared/alerting/settings/settings.ts";
import { type JudgedGroup, membersByGroup } from "../../../shared/fleet-health/fleet-health.ts";
import { isHealthy, type TaskState } from "../../../shared/health/health.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { fleetHoldAt } from "./fleet-hold.ts";

/** What is planned, and what is true of it. */
export interface PlannedStates {
  /** The tasks that each region is to run now; without regions whose plan is not known. */
  readonly plans: ReadonlyMap<RegionName, readonly Task[]>;
  /** A task's state after the samples of the look. */
  readonly stateOf: (taskName: string) => TaskState;
}

/** The groups of the planned tasks, each with the `min_healthy` of its target or of the fleet. */
export function groupsOf(
  { plans, stateOf }: PlannedStates,
  { settings, atMs }: { readonly settings: AlertingSettings; readonly atMs: EpochMs },
): JudgedGroup[] {
  const tasks = new Map([...plans.values()].flat().map((task) => [task.name, task]));
  const members = [...tasks.values()].map(({ name, host, targetId }) => ({
    ...{ host, targetId },
    isHealthy: targetId !== null && isHealthy(stateOf(name)),
  }));
  return [...membersByGroup(members)].map(([targetId, own]) => ({
    targetId,
    minHealthy: settingsOf(settings, { name: "", targetId, alert: {} }).minHealthy,
    members: own,
    isHeld: fleetHoldAt(settings, targetId, atMs) !== null,
  }));
}
