import { toEpochSeconds } from "../units.ts";
import { type DeepAggFigures, isDeep, toDeepAggFigures } from "./deep-record.ts";
import { type Figures, lossPercent } from "./figures.ts";
import type { Summary } from "./summarise.ts";

/** Figures under the names of the TCP task's `agg_metric_tcp`, and more in the same style. */
export interface AggFigures extends Partial<DeepAggFigures> {
  readonly sample_count: number;
  readonly avg_connect_time_ms: number | null;
  readonly max_connect_time_ms: number | null;
  readonly min_connect_time_ms: number | null;
  /** 0 to 100; null if no check counts. */
  readonly failure_percent: number | null;
  readonly successful_connections: number;
  readonly failed_connections: number;
  readonly p50_connect_time_ms: number | null;
  readonly p95_connect_time_ms: number | null;
  readonly p99_connect_time_ms: number | null;
  readonly stddev_connect_time_ms: number | null;
  /** Successes that the time figures are over; null for minutes that were stored without it. */
  readonly timed_count: number | null;
  /** The sum of their times, exact to the microsecond; null if there are none or it is not known. */
  readonly sum_connect_time_ms: number | null;
  /** Of the timed checks, those whose SYN was sent again. */
  readonly retransmitted: number;
  /** The same as a share, 0 to 100; null if no check is timed or it is not known. */
  readonly loss_percent: number | null;
  readonly failures_by_kind: Figures["failuresByKind"];
  readonly expected: number;
  readonly missed: number;
  readonly uncounted: number;
}

/** A summary as users read it: one `agg_metric_tcp` record. Periods are whole Unix seconds. */
export interface AggMetric extends AggFigures {
  readonly task_name: string;
  readonly period_start: number;
  readonly period_end: number;
  readonly host: string;
  readonly target_id: string | null;
  readonly complete: boolean;
  readonly missing_regions: readonly string[];
  readonly rev: number;
  readonly regions: Readonly<Record<string, AggFigures>>;
}

/** The record of a summary. */
export function toAggMetric(summary: Summary): AggMetric {
  const shown = (figures: Figures): AggFigures => ({
    ...toAggFigures(figures),
    ...(isDeep(summary.overall) && toDeepAggFigures(figures, summary.periodEndMs)),
  });
  const regions = Object.entries(summary.regions).map(([name, figures]) => [name, shown(figures)]);
  return {
    task_name: summary.taskName,
    period_start: toEpochSeconds(summary.periodStartMs),
    period_end: toEpochSeconds(summary.periodEndMs),
    ...shown(summary.overall),
    host: summary.host,
    target_id: summary.targetId,
    complete: summary.complete,
    missing_regions: summary.missingRegions,
    rev: summary.rev,
    regions: Object.fromEntries(regions),
  };
}

function toAggFigures(figures: Figures): AggFigures {
  return {
    sample_count: figures.sampleCount,
    avg_connect_time_ms: figures.avgConnectTimeMs,
    max_connect_time_ms: figures.maxConnectTimeMs,
    min_connect_time_ms: figures.minConnectTimeMs,
    failure_percent: figures.failurePercent,
    successful_connections: figures.successfulCount,
    failed_connections: figures.failedCount,
    p50_connect_time_ms: figures.p50ConnectTimeMs,
    p95_connect_time_ms: figures.p95ConnectTimeMs,
    p99_connect_time_ms: figures.p99ConnectTimeMs,
    stddev_connect_time_ms: figures.stddevConnectTimeMs,
    timed_count: figures.timedCount,
    sum_connect_time_ms: figures.sumConnectTimeMs,
    retransmitted: figures.retransmittedCount,
    loss_percent: lossPercent(figures),
    failures_by_kind: figures.failuresByKind,
    expected: figures.expectedCount,
    missed: figures.missedCount,
    uncounted: figures.uncountedCount,
  };
}
