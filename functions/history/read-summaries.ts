import { type AggFigures, type AggMetric, toAggMetric } from "../../shared/summary/summary.ts";
import type { RegionName } from "../../shared/units.ts";
import type { HistorySources, TaskQuery } from "./sources.ts";

/** A minute's overall figures and those of each region; or one region's in place of the overall ones. */
export type SummaryRow = AggMetric | (Omit<AggMetric, "regions"> & { readonly region: RegionName });

/** Reads the last summaries of a task, newest first; of one region, its minutes with figures only. */
export async function readSummaries(
  { summaries }: Pick<HistorySources, "summaries">,
  { taskName, region, ...span }: TaskQuery,
): Promise<SummaryRow[]> {
  const rows = (await summaries.readLatest(taskName, span)).map(toAggMetric);
  return region === null ? rows : rows.flatMap((row) => rowOfRegion(row, region));
}

function rowOfRegion({ regions, ...overall }: AggMetric, region: RegionName): SummaryRow[] {
  const figures: AggFigures | undefined = regions[region];
  return figures === undefined ? [] : [{ ...overall, ...figures, region }];
}
