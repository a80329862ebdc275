import {
  type FleetSources,
  readUptimes,
  uptimePercent,
} from "../../../functions/history/history.ts";
import type { ScopedTask } from "../../../shared/alerting/settings/settings.ts";
import { DAY_MS, type EpochMs } from "../../../shared/units.ts";
import type { TaskRecordView } from "../../records/records.ts";

const DAYS = { "1d": 1, "7d": 7, "30d": 30, "90d": 90 } as const;

/** The uptime of a task over each period. */
export async function readPeriods(
  sources: FleetSources,
  task: ScopedTask,
  nowMs: EpochMs,
): Promise<TaskRecordView["uptime"]> {
  const rest = { tasks: [task], toMs: nowMs, nowMs };
  const queries = Object.values(DAYS).map((days) => ({ ...rest, fromMs: nowMs - days * DAY_MS }));
  const times = await readUptimes(sources, queries);
  const percents = Object.keys(DAYS).map((period, i) => {
    const time = times[i]?.get(task.name);
    return [period, time === undefined ? null : uptimePercent(time)] as const;
  });
  return Object.fromEntries(percents) as TaskRecordView["uptime"];
}
