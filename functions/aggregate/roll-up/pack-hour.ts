import { mergePeriod, type Summary } from "../../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs, HOUR_MS } from "../../../shared/units.ts";
import type { AggregateServices } from "../services/services.ts";

/** When the day ends that an hour is in. */
export function endOfDay(hourMs: EpochMs): EpochMs {
  return hourMs - (hourMs % DAY_MS) + DAY_MS;
}

/** Whether the hour is the last one of its day. */
export function endsDay(hourMs: EpochMs): boolean {
  return endOfDay(hourMs) === hourMs + HOUR_MS;
}

type Stores = Pick<AggregateServices, "periods">;

/** What is packed. */
export interface HourOfTask {
  readonly taskName: string;
  readonly hourMs: EpochMs;
  readonly minutes: readonly Summary[];
  /** Its day is to be packed too. */
  readonly hasDay: boolean;
}

/**
 * Packs an hour of a task, and its day if that is wanted: both are made anew of what they consist of.
 * Returns what can't be stored, in a sentence without its subject, or null.
 */
export async function packHour(
  { periods }: Stores,
  { taskName, hourMs, minutes, hasDay }: HourOfTask,
): Promise<string | null> {
  if (minutes.length > 0) {
    const put = await periods.putHour({ taskName, startMs: hourMs, minutes });
    if (put === "refused") return "its hour can't be stored";
  }
  return hasDay ? packDay(periods, taskName, endOfDay(hourMs) - DAY_MS) : null;
}

async function packDay(
  periods: Stores["periods"],
  taskName: string,
  dayMs: EpochMs,
): Promise<string | null> {
  const packed = await periods.readHours(taskName, { fromMs: dayMs, toMs: dayMs + DAY_MS });
  if (packed.length === 0) return null;
  const hours = packed.map(({ startMs, minutes }) =>
    mergePeriod({ periodStartMs: startMs, periodEndMs: startMs + HOUR_MS }, minutes),
  );
  const put = await periods.putDay({ taskName, startMs: dayMs, hours });
  return put === "refused" ? "its day can't be stored" : null;
}
