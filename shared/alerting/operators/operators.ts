import type { SettingLevels } from "../settings/settings.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Quieting } from "./quieting.ts";

export {
  type ActiveMaintenance,
  type Maintenance,
  type MaintenanceSchedule,
  maintenanceAt,
} from "./maintenance.ts";
export { type Quieting, type QuietMoment, quietingAt } from "./quieting.ts";

/** All that operators have set beside tasks. What a task sets itself comes with the task. */
export interface AlertingSettings extends SettingLevels {
  readonly maintenances: readonly Maintenance[];
  readonly quietings: readonly Quieting[];
}

/** Nothing is set. */
export const NO_ALERTING_SETTINGS: AlertingSettings = {
  maintenances: [],
  quietings: [],
  fleet: {},
  targets: {},
};
