import { marshall } from "@aws-sdk/util-dynamodb";
import { sumOf } from "../../../shared/sum-of.ts";
import { packSummaries, unpackSummaries } from "../../../shared/summary/packed/packed.ts";
import { mergePeriod, type Summary } from "../../../shared/summary/summary.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  SECOND_MS,
  toEpochSeconds,
} from "../../../shared/units.ts";
import type { PeriodPut, PeriodStore, TaskHour } from "../../ports/period-store.ts";
import { type PeriodsSetup, queryPeriods } from "./query-periods.ts";
import { expiryAttribute } from "./stored-item.ts";
import { type Item, type Key, putIf, refusalOf } from "./table.ts";

/** The period store's table, its clock, and how long it keeps hours and days. */
interface PeriodStoreSetup extends PeriodsSetup {
  readonly hourMs: DurationMs;
  readonly dayMs: DurationMs;
}

/** Hours and days in the home region's `summaries` table: no task's name begins with a blank. */
export function createPeriodStore(setup: PeriodStoreSetup): PeriodStore {
  return {
    async putHour({ taskName, startMs, minutes }) {
      const rev = sumOf(minutes, (minute) => minute.rev);
      const expiresAtMs = startMs + HOUR_MS + setup.hourMs;
      return putPeriod(setup, hourKey(taskName, startMs), expiresAtMs, () => ({
        ...{ rev, minutes: packSummaries(minutes) },
      }));
    },

    async putDay({ taskName, startMs, hours }) {
      const period = { periodStartMs: startMs, periodEndMs: startMs + DAY_MS };
      return putPeriod(setup, dayKey(taskName, startMs), startMs + DAY_MS + setup.dayMs, () => {
        const day = mergePeriod(period, hours);
        return { rev: day.rev, day: packSummaries([day]), hours: packSummaries(hours) };
      });
    },

    async readHours(taskName, interval) {
      const found: TaskHour[] = [];
      const { task_name } = hourKey(taskName, 0);
      const items = queryPeriods(setup, task_name, { ...interval, consistent: true });
      for await (const item of items) found.push(...hourIn(taskName, item));
      return found;
    },

    async readDays(taskName, interval, detail) {
      const found: Summary[] = [];
      const { task_name } = dayKey(taskName, 0);
      const items = queryPeriods(setup, task_name, interval);
      for await (const item of items)
        found.push(...readPacked(taskName, item[detail === "days" ? "day" : "hours"]?.B));
      return found;
    },
  };
}

/** The key of an hour of a task. */
export function hourKey(taskName: string, startMs: EpochMs) {
  return { task_name: ` hour ${taskName}`, period_start: toEpochSeconds(startMs) };
}

function dayKey(taskName: string, startMs: EpochMs) {
  return { task_name: ` day ${taskName}`, period_start: toEpochSeconds(startMs) };
}

/** A period of earlier revisions replaces nothing, so that a run that stood still does no harm. */
async function putPeriod(
  setup: PeriodStoreSetup,
  key: Key,
  expiresAtMs: EpochMs,
  pack: () => { readonly rev: number } & Record<string, unknown>,
): Promise<PeriodPut> {
  const item = itemOf(key, pack);
  if (item === null) return "refused";
  try {
    const condition = {
      expression: "attribute_not_exists(rev) OR rev <= :rev",
      values: { ":rev": Number(item.rev?.N) },
    };
    const put = await putIf(setup, { ...item, ...expiryAttribute(expiresAtMs) }, condition);
    return put === "stored" ? "stored" : "superseded";
  } catch (error) {
    if (refusalOf(error) !== null) return "refused";
    throw error;
  }
}

/** Null if a figure is none that can be packed. */
function itemOf(key: Key, pack: () => Record<string, unknown>): Item | null {
  try {
    return marshall({ ...key, ...pack() });
  } catch {
    return null;
  }
}

function hourIn(taskName: string, item: Item): TaskHour[] {
  const startMs = Number(item.period_start?.N) * SECOND_MS;
  const minutes = minutesIn(taskName, item);
  return minutes.length === 0 ? [] : [{ taskName, startMs, minutes }];
}

/** The minutes of an hour's item, oldest first; none if they can't be read. */
export function minutesIn(taskName: string, item: Item): Summary[] {
  return readPacked(taskName, item.minutes?.B);
}

/** Periods that can't be read, or that a later version wrote, must not hide the others. */
function readPacked(taskName: string, packed: Uint8Array | undefined): Summary[] {
  try {
    return packed === undefined ? [] : unpackSummaries(taskName, packed);
  } catch {
    return [];
  }
}
