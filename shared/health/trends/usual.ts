import type { Summary } from "../../summary/summary.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type RegionName,
  startOfMinute,
} from "../../units.ts";
import type { UsualTimes } from "./model.ts";

/** Minutes ago. The last ones are read so that a new task soon has usual times. */
const LAST_MINUTES = [2, 3, 5, 8, 12, 18, 25, 35];

/** From the last minutes back to a day ago, so far apart: no multiple of a common schedule. */
const DAY_STEP_MINUTES = 71;

/** The same hour of so many weeks before, and which minutes of it. */
const WEEKS = [1, 2, 3, 4];
const MINUTES_OF_HOUR = [6, 18, 30, 41, 53];

const WEEK_MS: DurationMs = 7 * DAY_MS;

/** The hour of the week counts when so many weeks have it. */
const LEAST_WEEKS = 2;

/** Fewer minutes say nothing. */
const LEAST_MINUTES = 3;

/** The starts of the minutes whose summaries say what is usual at an instant: fewer than fifty. */
export function usualMinutes(atMs: EpochMs): EpochMs[] {
  const minuteMs = startOfMinute(atMs);
  const hourMs = atMs - (atMs % HOUR_MS);
  const agoes = [...LAST_MINUTES];
  for (let ago = DAY_STEP_MINUTES; ago < DAY_MS / MINUTE_MS; ago += DAY_STEP_MINUTES)
    agoes.push(ago);
  return [
    ...agoes.map((minutes) => minuteMs - minutes * MINUTE_MS),
    ...WEEKS.flatMap((weeks) =>
      MINUTES_OF_HOUR.map((minute) => hourMs - weeks * WEEK_MS + minute * MINUTE_MS),
    ),
  ];
}

/**
 * What is usual at an instant, by the summaries of those minutes: the median of a region's medians in
 * the same hour of at least two weeks before, else of the last day.
 */
export function usualTimesOf(summaries: readonly Summary[], atMs: EpochMs): UsualTimes {
  const names = new Set(summaries.flatMap(({ regions }) => Object.keys(regions)));
  const regions = [...names].sort().map((name) => [name, usualOf(name, summaries, atMs)] as const);
  return { readAtMs: atMs, regions: Object.fromEntries(regions) };
}

function usualOf(
  region: RegionName,
  summaries: readonly Summary[],
  atMs: EpochMs,
): DurationMs | null {
  const known = summaries.flatMap(({ periodStartMs, regions }) => {
    const medianMs = regions[region]?.p50ConnectTimeMs ?? null;
    return medianMs === null ? [] : { medianMs, weeksAgo: weeksBefore(periodStartMs, atMs) };
  });
  const earlier = known.filter(({ weeksAgo }) => weeksAgo > 0);
  const isWeekly = new Set(earlier.map(({ weeksAgo }) => weeksAgo)).size >= LEAST_WEEKS;
  const counted = isWeekly ? earlier : known.filter(({ weeksAgo }) => weeksAgo === 0);
  const sorted = counted.map(({ medianMs }) => medianMs).sort((a, b) => a - b);
  return sorted.length < LEAST_MINUTES ? null : (sorted[Math.floor(sorted.length / 2)] ?? null);
}

/** 0 for the last day; the minutes of a week before may be later in their hour than the instant. */
function weeksBefore(minuteMs: EpochMs, atMs: EpochMs): number {
  return Math.round((atMs - minuteMs) / WEEK_MS);
}
