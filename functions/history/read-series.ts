import type { Interval } from "../../shared/slot/slot.ts";
import { mergePeriod, type Summary } from "../../shared/summary/summary.ts";
import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { FleetSources } from "./sources.ts";

/** Which periods of a task are asked for: those that begin in `[fromMs, toMs)`. */
export interface SeriesQuery {
  readonly taskName: string;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** A minute, an hour or a day. */
  readonly stepMs: DurationMs;
}

type SeriesSources = Pick<FleetSources, "summaries" | "periods">;

const PARALLEL_READS = 8;

/**
 * Reads a task's periods, oldest first. Those without any check are absent; the last one is of what
 * there is so far. Days are one query, and what is not in a day yet is read from hours and minutes.
 */
export async function readSeries(
  sources: SeriesSources,
  { taskName, fromMs, toMs, stepMs }: SeriesQuery,
): Promise<Summary[]> {
  const interval = { fromMs: startOf(fromMs + stepMs - 1, stepMs), toMs };
  if (stepMs === MINUTE_MS) return readMinutes(sources, taskName, interval);
  const days = { fromMs: startOf(interval.fromMs, DAY_MS), toMs };
  const known = await sources.periods.readDays(
    taskName,
    days,
    stepMs === DAY_MS ? "days" : "hours",
  );
  const gaps = gapsBetween(known.map(dayOf), days, DAY_MS);
  const parts = await inParallel(gaps, PARALLEL_READS, (gap) => readParts(sources, taskName, gap));
  const periods = [...known, ...inPeriods(parts.flat(), stepMs)];
  return periods
    .filter(({ periodStartMs }) => periodStartMs >= interval.fromMs && periodStartMs < toMs)
    .sort((a, b) => a.periodStartMs - b.periodStartMs);
}

/** The minutes of whole hours from the hours, the others one by one. */
async function readParts(
  sources: SeriesSources,
  taskName: string,
  interval: Interval,
): Promise<Summary[]> {
  const hours = await sources.periods.readHours(taskName, interval);
  const starts = hours.map(({ startMs }) => startMs);
  const gaps = gapsBetween(starts, interval, HOUR_MS);
  const minutes = await inParallel(gaps, PARALLEL_READS, (gap) =>
    readMinutes(sources, taskName, gap),
  );
  return [...hours.flatMap((hour) => hour.minutes), ...minutes.flat()].sort(
    (a, b) => a.periodStartMs - b.periodStartMs,
  );
}

async function readMinutes(
  { summaries }: SeriesSources,
  taskName: string,
  { fromMs, toMs }: Interval,
): Promise<Summary[]> {
  const span = { sinceMs: fromMs, untilMs: toMs, limit: Number.POSITIVE_INFINITY };
  return (await summaries.readLatest(taskName, span)).reverse();
}

function inPeriods(parts: readonly Summary[], stepMs: DurationMs): Summary[] {
  const periods = Map.groupBy(parts, ({ periodStartMs }) => startOf(periodStartMs, stepMs));
  return [...periods].map(([periodStartMs, own]) =>
    mergePeriod({ periodStartMs, periodEndMs: periodStartMs + stepMs }, own),
  );
}

/** The parts of an interval, of whole periods as long as `stepMs`, that none of the starts is in. */
function gapsBetween(
  startsMs: readonly EpochMs[],
  { fromMs, toMs }: Interval,
  stepMs: DurationMs,
): Interval[] {
  const gaps: Interval[] = [];
  let beganMs = fromMs;
  for (const startMs of [...new Set(startsMs)].sort((a, b) => a - b)) {
    if (beganMs < startMs) gaps.push({ fromMs: beganMs, toMs: startMs });
    beganMs = startMs + stepMs;
  }
  return beganMs < toMs ? [...gaps, { fromMs: beganMs, toMs }] : gaps;
}

function dayOf({ periodStartMs }: Summary): EpochMs {
  return startOf(periodStartMs, DAY_MS);
}

function startOf(at: EpochMs, stepMs: DurationMs): EpochMs {
  return at - (at % stepMs);
}
