import type { StatusSpan } from "../../../functions/history/history.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import {
  type Figures,
  histogramOf,
  mergeFigures,
  type Summary,
} from "../../../shared/summary/summary.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { SeriesRecord } from "../../records/records.ts";
import { seriesLine } from "./series-line.ts";
import type { SeriesSpan } from "./span.ts";

const MOST_BINS = 48;

/** What a series is made of. */
export interface SeriesGround {
  readonly name: string;
  readonly span: SeriesSpan;
  /** Oldest first; one without any check may be absent. */
  readonly periods: readonly Summary[];
  readonly statuses: readonly StatusSpan[];
  readonly maintenances: readonly Interval[];
}

/** The record of a task's periods: one element for each period from the first that is there to the last. */
export function seriesRecord(ground: SeriesGround): SeriesRecord {
  const { name, span, periods, statuses, maintenances } = ground;
  const startsMs = startsOf(periods, span);
  const byStart = new Map(periods.map((period) => [period.periodStartMs, period]));
  const columnOf = (find: (period: Summary) => Figures | undefined) =>
    startsMs.map((startMs) => {
      const period = byStart.get(startMs);
      return (period === undefined ? undefined : find(period)) ?? null;
    });
  const overall = columnOf((period) => period.overall);
  const regions = [...new Set(periods.flatMap((period) => Object.keys(period.regions)))].sort();
  return {
    name,
    stepMs: span.stepMs,
    startsMs,
    overall: seriesLine(overall),
    regions: Object.fromEntries(
      regions.map((region) => [region, seriesLine(columnOf((period) => period.regions[region]))]),
    ),
    failuresByKind: failuresByKind(overall),
    histogram: histogram(periods),
    statuses: statuses.map(({ status, fromMs, toMs }) => ({ status, fromMs, toMs })),
    maintenances,
  };
}

function startsOf(periods: readonly Summary[], { stepMs }: SeriesSpan): EpochMs[] {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = Math.round((last.periodStartMs - first.periodStartMs) / stepMs) + 1;
  return Array.from({ length: count }, (_, i) => first.periodStartMs + i * stepMs);
}

function failuresByKind(periods: readonly (Figures | null)[]): Record<string, number[]> {
  const kinds = new Set(periods.flatMap((figures) => Object.keys(figures?.failuresByKind ?? {})));
  return Object.fromEntries(
    [...kinds]
      .sort()
      .map((kind) => [
        kind,
        periods.map((figures) => countOf(figures?.failuresByKind ?? {}, kind)),
      ]),
  );
}

function countOf(counts: Readonly<Record<string, number>>, kind: string): number {
  return counts[kind] ?? 0;
}

function histogram(periods: readonly Summary[]): SeriesRecord["histogram"] {
  if (periods.length === 0) return [];
  const { timeSketch } = mergeFigures(periods.map(({ overall }) => overall));
  return timeSketch === null ? [] : histogramOf(timeSketch, MOST_BINS);
}
