export {
  type AlertSettings,
  DEFAULT_ALERT_SETTINGS,
  type Dependency,
  type SettingLevels,
  settingsOf,
} from "./alert-settings.ts";
export { covers, type Scope, type ScopedTask } from "./scope.ts";
