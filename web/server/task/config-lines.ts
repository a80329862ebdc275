import {
  type AlertSettings,
  DEFAULT_ALERT_SETTINGS,
  type SettingLevels,
  settingsOf,
} from "../../../shared/alerting/settings/settings.ts";
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from "../../../shared/health/rules/rules.ts";
import { printTask, type Task } from "../../../shared/task/task.ts";
import type { ConfigLine } from "../../records/records.ts";

/** What a task's configuration follows from. */
export interface ConfigGround {
  readonly task: Task;
  /** In force, and as the deployment has it. */
  readonly policy: AlertPolicy;
  readonly deployed: AlertPolicy;
  readonly levels: SettingLevels;
}

/** The effective configuration of a task, field by field, and where each part comes from. */
export function configLines({ task, policy, deployed, levels }: ConfigGround): ConfigLine[] {
  const { alert: _, ...own } = printTask(task) as Readonly<Record<string, unknown>>;
  return [
    ...Object.entries(own).map(([field, value]) => line(field, value, "task")),
    ...(Object.keys(DEFAULT_ALERT_POLICY) as (keyof AlertPolicy)[]).map((key) => {
      const isOwn = Object.hasOwn(task.alert, key);
      const isUsual = show(deployed[key]) === show(DEFAULT_ALERT_POLICY[key]);
      return line(nameOf(key), policy[key], isOwn ? "task" : isUsual ? "default" : "deployment");
    }),
    ...settingLines(task, levels),
  ];
}

function settingLines(task: Task, levels: SettingLevels): ConfigLine[] {
  const settings = settingsOf(levels, task);
  const target = levels.targets[task.targetId ?? ""] ?? {};
  const from = (key: keyof AlertSettings): ConfigLine["from"] => {
    if (Object.hasOwn(task.alert, key)) return "task";
    if (Object.hasOwn(target, key)) return "target";
    return Object.hasOwn(levels.fleet, key) ? "fleet" : "default";
  };
  return (Object.keys(DEFAULT_ALERT_SETTINGS) as (keyof AlertSettings)[]).map((key) =>
    line(nameOf(key), settings[key], from(key)),
  );
}

function line(field: string, value: unknown, from: ConfigLine["from"]): ConfigLine {
  return { field, value: show(value), from };
}

function nameOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
