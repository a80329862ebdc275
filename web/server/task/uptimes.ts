import {
  type FleetSources,
  readUptime,
  uptimePercent,
} from "../../../functions/history/history.ts";
import type { ScopedTask } from "../../../shared/alerting/settings/settings.ts";
import { DAY_MS, type EpochMs } from "../../../shared/units.ts";
import type { TaskRecordView } from "../../records/records.ts";

const DAYS = { "1d": 1, "7d": 7, "30d": 30, "90d": 90 } as const;

/** The uptime of a task over each period. */
export async function readUptimes(
  sources: FleetSources,
  task: ScopedTask,
  nowMs: EpochMs,
): Promise<TaskRecordView["uptime"]> {
  const read = Object.entries(DAYS).map(async ([period, days]) => {
    const span = { fromMs: nowMs - days * DAY_MS, toMs: nowMs, nowMs };
    const time = (await readUptime(sources, { tasks: [task], ...span })).get(task.name);
    return [period, time === undefined ? null : uptimePercent(time)] as const;
  });
  return Object.fromEntries(await Promise.all(read)) as TaskRecordView["uptime"];
}
