import type { Figures, Summary } from "../summary/summary.ts";
import type { DurationMs, EpochMs, RegionName } from "../units.ts";

/** What a region saw of a task: every check passed, some, or none; or it reported nothing that counts. */
export type RegionSight = "ok" | "some" | "failed" | "none";

/** One task in one minute. */
export interface BoardRow {
  readonly sampleCount: number;
  readonly failedCount: number;
  readonly missedCount: number;
  /** Over the checks that passed, in three digits; null without one. */
  readonly avgConnectTimeMs: DurationMs | null;
  /** The same. */
  readonly p95ConnectTimeMs: DurationMs | null;
  /** Regions in which a check was due. */
  readonly regions: Readonly<Record<RegionName, RegionSight>>;
}

/** One minute of every task that had a check due, by name. */
export interface BoardMinute {
  readonly startMs: EpochMs;
  readonly rows: ReadonlyMap<string, BoardRow>;
}

/** The board of a minute's summaries. */
export function boardOf(startMs: EpochMs, summaries: readonly Summary[]): BoardMinute {
  return { startMs, rows: new Map(summaries.map((each) => [each.taskName, rowOf(each)])) };
}

function rowOf({ overall, regions, missingRegions }: Summary): BoardRow {
  const due = Object.entries(regions).filter(([, { expectedCount }]) => expectedCount > 0);
  return {
    sampleCount: overall.sampleCount,
    failedCount: overall.failedCount,
    missedCount: overall.missedCount,
    avgConnectTimeMs: overall.avgConnectTimeMs,
    p95ConnectTimeMs: overall.p95ConnectTimeMs,
    regions: Object.fromEntries([
      ...missingRegions.map((name): [RegionName, RegionSight] => [name, "none"]),
      ...due.map(([name, figures]): [RegionName, RegionSight] => [name, sightOf(figures)]),
    ]),
  };
}

function sightOf({ sampleCount, failedCount }: Figures): RegionSight {
  if (sampleCount === 0) return "none";
  if (failedCount === 0) return "ok";
  return failedCount === sampleCount ? "failed" : "some";
}
