import {
  budgetLeft,
  type FleetSources,
  readUptimes,
  uptimePercent,
} from "../../../functions/history/history.ts";
import { DAY_MS, type EpochMs } from "../../../shared/units.ts";
import type { TaskRecordView, TaskRow, UptimePeriod } from "../../records/records.ts";

const DAYS: Readonly<Record<UptimePeriod, number>> = { "1d": 1, "7d": 7, "30d": 30, "90d": 90 };

/** The uptime of a task over each period, and what is left of its budget. */
export async function readPeriods(
  sources: FleetSources,
  task: Pick<TaskRow, "name" | "targetId" | "slaPercent">,
  nowMs: EpochMs,
): Promise<Pick<TaskRecordView, "uptime" | "budgetLeftMs">> {
  const rest = { tasks: [task], toMs: nowMs, nowMs };
  const queries = Object.values(DAYS).map((days) => ({ ...rest, fromMs: nowMs - days * DAY_MS }));
  const read = await readUptimes(sources, queries);
  const times = Object.keys(DAYS).map((period, i) => ({ period, time: read[i]?.get(task.name) }));
  const byPeriod = <T>(values: readonly (readonly [string, T])[]) =>
    Object.fromEntries(values) as Record<UptimePeriod, T>;
  const { slaPercent } = task;
  return {
    uptime: byPeriod(
      times.map(({ period, time }) => [period, time === undefined ? null : uptimePercent(time)]),
    ),
    budgetLeftMs:
      slaPercent === null
        ? null
        : byPeriod(
            times.map(({ period, time }) => [
              period,
              time === undefined ? 0 : budgetLeft(time, slaPercent),
            ]),
          ),
  };
}
