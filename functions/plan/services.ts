import type { AlertOverrides } from "../../shared/health/rules/rules.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import type { BundleCache } from "../bundle-cache.ts";
import type { AlertingStore } from "../ports/alerting-store.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { TaskStatusStore } from "../ports/task-status-store.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** Every side effect of the plan step. */
export interface PlanServices {
  readonly fleet: Fleet;
  /** How long results are kept. The bundles that they refer to must last longer. */
  readonly resultDays: number;
  /** The fleet's alert defaults, as far as the probes need them; null keeps those of the last plan. */
  readonly alertDefaults: AlertOverrides | null;
  readonly now: () => EpochMs;
  readonly tasks: Pick<TaskStore, "readTasks">;
  readonly settings: Pick<AlertingStore, "readSettings">;
  readonly statuses: TaskStatusStore;
  /** The plans of any region of the fleet. */
  readonly plansOf: (region: RegionName) => PlanStore;
  readonly bundles: BundleCache;
  readonly bus: EventBus;
  readonly log: (line: RunLog) => void;
}

/** A run's only log line; see `logInvocation`. */
export interface RunLog {
  readonly metrics: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}
