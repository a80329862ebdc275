export {
  type AlertSettings,
  DEFAULT_ALERT_SETTINGS,
  type Dependency,
  type SettingLevels,
  settingsOf,
} from "./alert-settings.ts";
export type { DependentTask } from "./dependency-circles.ts";
export {
  dependencyProblems,
  FLEET_LABEL,
  type Mention,
  targetLabel,
} from "./dependency-problems.ts";
export { printScope, readScope, SCOPE_FIELDS } from "./parse-scope.ts";
export {
  ALLOWED_SETTINGS,
  printAlertSettings,
  readAlertSettings,
  readDependencies,
  readLevelSettings,
  settingFields,
} from "./parse-settings.ts";
export { covers, type Scope, type ScopedTask } from "./scope.ts";
