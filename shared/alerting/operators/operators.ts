export {
  type AlertingSettings,
  entryExpiry,
  entryLabel,
  type FileSettings,
  fileEntries,
  maintenanceEntry,
  maintenanceLabel,
  NO_ALERTING_SETTINGS,
  ORIGIN_FIELD,
  type ParsedEntries,
  parseEntries,
  parseEntry,
  quietingEntry,
  type Setting,
  type SettingEntry,
} from "./entries.ts";
export {
  type ActiveMaintenance,
  type Maintenance,
  type MaintenanceSchedule,
  maintenanceAt,
  maintenanceSpans,
} from "./maintenance.ts";
export { readMaintenance } from "./parse-maintenance.ts";
export { type Quieting, type QuietMoment, quietingAt } from "./quieting.ts";
