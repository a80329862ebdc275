import { mergeFigures, type Summary } from "../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import type { HistorySources } from "./sources.ts";

/** Which periods of a task are asked for: those that begin in `[fromMs, toMs)`. */
export interface SeriesQuery {
  readonly taskName: string;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** A minute, an hour or a day. */
  readonly stepMs: DurationMs;
}

/**
 * Reads a task's periods, oldest first. Those without any check are absent; the last one is of what
 * there is so far.
 */
export async function readSeries(
  { summaries }: Pick<HistorySources, "summaries">,
  { taskName, fromMs, toMs, stepMs }: SeriesQuery,
): Promise<Summary[]> {
  const span = { sinceMs: fromMs, untilMs: toMs, limit: Number.POSITIVE_INFINITY };
  const minutes = (await summaries.readLatest(taskName, span)).reverse();
  if (stepMs === MINUTE_MS) return minutes;
  const periods = Map.groupBy(
    minutes,
    ({ periodStartMs }) => periodStartMs - (periodStartMs % stepMs),
  );
  return [...periods].map(([startMs, own]) => mergePeriod(startMs, stepMs, own));
}

/** One period of the minutes in it, which are in order and at least one. */
function mergePeriod(
  periodStartMs: EpochMs,
  stepMs: DurationMs,
  minutes: readonly Summary[],
): Summary {
  const [last] = minutes.slice(-1);
  if (last === undefined) throw new Error("A period without a minute");
  const names = new Set(minutes.flatMap(({ regions }) => Object.keys(regions)));
  const ofRegion = (name: RegionName) => minutes.flatMap(({ regions }) => regions[name] ?? []);
  return {
    ...last,
    periodStartMs,
    periodEndMs: periodStartMs + stepMs,
    overall: mergeFigures(minutes.map(({ overall }) => overall)),
    regions: Object.fromEntries(
      [...names].sort().map((name) => [name, mergeFigures(ofRegion(name))]),
    ),
    complete: minutes.every(({ complete }) => complete),
    missingRegions: [...new Set(minutes.flatMap(({ missingRegions }) => missingRegions))].sort(),
    rev: Math.max(...minutes.map(({ rev }) => rev)),
  };
}
