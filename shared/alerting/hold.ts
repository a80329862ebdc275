import type { Track } from "../health/health.ts";
import type { EpochMs } from "../units.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Hold } from "./model.ts";
import { type AlertingSettings, maintenanceAt, quietingAt } from "./operators/operators.ts";
import type { ScopedTask } from "./settings/settings.ts";
import { isInStorm, type Storm } from "./storms.ts";

/** What a look holds events by. */
export interface Holds {
  readonly settings: AlertingSettings;
  readonly dependencies: Dependencies;
  readonly storms: readonly Storm[];
}

/** What an event is about: what opened when, and the instant of the event. */
export interface HoldQuestion {
  readonly track: Track;
  readonly openedAtMs: EpochMs | null;
  readonly atMs: EpochMs;
}

/** Why an event of a task is held; null if users are told. */
export function holdAt(task: ScopedTask, asked: HoldQuestion, by: Holds): Hold | null {
  if (maintenanceAt(by.settings, task, asked.atMs) !== null) return "maintenance";
  const quieting = quietingAt(by.settings, task, asked);
  if (quieting?.kind === "silence") return "silence";
  if (by.dependencies.holds(task.name, asked.openedAtMs)) return "dependency";
  // The end of an acknowledged storm is told as one.
  if (isInStorm(by.storms, asked)) return "storm";
  return quieting === null ? null : "acknowledge";
}

/** Whether what a task does at an instant counts for its uptime: a maintenance does not. */
export function countsForUptime(
  settings: Pick<AlertingSettings, "maintenances">,
  task: ScopedTask,
  atMs: EpochMs,
): boolean {
  return maintenanceAt(settings, task, atMs) === null;
}
