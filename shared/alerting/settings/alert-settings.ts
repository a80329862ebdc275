import type { DurationMs } from "../../units.ts";
import { covers, type ScopedTask } from "./scope.ts";

/** What a task depends on: another task, or all tasks of a target. */
export type Dependency =
  | { readonly kind: "task"; readonly name: string }
  | { readonly kind: "target"; readonly id: string };

/** How users are told of a task that is down. A task, its target and the fleet each may set a part of it. */
export interface AlertSettings {
  /** How often an open incident is told again; null for never. */
  readonly reminderMs: DurationMs | null;
  /** When an open incident gets a higher severity; null for never. */
  readonly escalation: { readonly afterMs: DurationMs } | null;
  /** While one of these is down, the task's own alerts are held. */
  readonly dependsOn: readonly Dependency[];
  /** How many tasks of the target must be healthy; null if there is no such limit. */
  readonly minHealthy: number | null;
  /** How many tasks that turn in one look are one storm; only the fleet sets it. */
  readonly stormTasks: number;
}

/** The settings unless somebody sets others. */
export const DEFAULT_ALERT_SETTINGS: AlertSettings = {
  reminderMs: null,
  escalation: null,
  dependsOn: [],
  minHealthy: null,
  stormTasks: 10,
};

/** The settings of the fleet, and those of targets by their `target_id`. */
export interface SettingLevels {
  readonly fleet: Partial<AlertSettings>;
  readonly targets: Readonly<Record<string, Partial<AlertSettings>>>;
}

/**
 * The settings of one task: its own before its target's, those before the fleet's, then the defaults.
 * Dependencies add up, and a task never depends on itself.
 */
export function settingsOf(
  levels: SettingLevels,
  task: ScopedTask & { readonly alert: Partial<AlertSettings> },
): AlertSettings {
  const target = targetSettings(levels, task.targetId);
  const { reminderMs, escalation, minHealthy, stormTasks } = {
    ...DEFAULT_ALERT_SETTINGS,
    ...levels.fleet,
    ...target,
    ...task.alert,
  };
  const dependsOn = [levels.fleet, target, task.alert].flatMap((level) => level.dependsOn ?? []);
  return { reminderMs, escalation, minHealthy, stormTasks, dependsOn: others(dependsOn, task) };
}

function targetSettings({ targets }: SettingLevels, id: string | null): Partial<AlertSettings> {
  return id !== null && Object.hasOwn(targets, id) ? (targets[id] ?? {}) : {};
}

/** A dependency of all tasks can be one of them, or their own target. */
function others(dependsOn: readonly Dependency[], task: ScopedTask): readonly Dependency[] {
  return dependsOn.filter((dependency) => !covers(dependency, task));
}
