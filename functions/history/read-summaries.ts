import {
  type AggFigures,
  type AggMetric,
  type Summary,
  toAggMetric,
} from "../../shared/summary/summary.ts";
import { type DurationMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import { readSeries } from "./read-series.ts";
import type { HistorySources, TaskQuery } from "./sources.ts";

/** A minute's overall figures and those of each region; or one region's in place of the overall ones. */
export type SummaryRow = AggMetric | (Omit<AggMetric, "regions"> & { readonly region: RegionName });

/** The newest periods of a task: minutes, or longer ones. */
interface SummaryQuery extends TaskQuery {
  /** A minute, an hour or a day; a minute if it is left out. */
  readonly stepMs?: DurationMs;
}

/**
 * Reads the last summaries of a task, newest first; of one region, its periods with figures only. The
 * hour or day that the time begins in is there, whole.
 */
export async function readSummaries(
  sources: Pick<HistorySources, "summaries" | "periods">,
  { taskName, region, stepMs = MINUTE_MS, ...span }: SummaryQuery,
): Promise<SummaryRow[]> {
  const found =
    stepMs === MINUTE_MS
      ? await sources.summaries.readLatest(taskName, span)
      : await readLonger(sources, { taskName, stepMs, ...span });
  const rows = found.map(toAggMetric);
  return region === null ? rows : rows.flatMap((row) => rowOfRegion(row, region));
}

async function readLonger(
  sources: Pick<HistorySources, "summaries" | "periods">,
  { taskName, sinceMs, untilMs, limit, stepMs }: Required<Omit<SummaryQuery, "region">>,
): Promise<Summary[]> {
  const fromMs = sinceMs - (sinceMs % stepMs);
  const periods = await readSeries(sources, { taskName, fromMs, toMs: untilMs, stepMs });
  return periods.reverse().slice(0, limit);
}

function rowOfRegion({ regions, ...overall }: AggMetric, region: RegionName): SummaryRow[] {
  const figures: AggFigures | undefined = regions[region];
  return figures === undefined ? [] : [{ ...overall, ...figures, region }];
}
