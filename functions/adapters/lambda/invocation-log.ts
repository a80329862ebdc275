import { ENV, METRIC_NAMESPACE } from "../../../shared/contract.ts";
import type { EpochMs } from "../../../shared/units.ts";

/** What one invocation says of itself. Metrics are milliseconds where the name ends in `Ms`, else counts. */
export interface InvocationLine {
  readonly function: "plan" | "probe" | "aggregate";
  readonly region: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/**
 * One line of JSON that CloudWatch also reads as metrics, by fleet and region only: a metric per
 * task would cost more than the fleet. Without metrics it is a plain line. Format: CloudWatch's Embedded Metric Format specification.
 */
export function formatInvocation(line: InvocationLine, fleet: string, nowMs: EpochMs): string {
  const { metrics, ...fields } = line;
  const names = Object.keys(metrics);
  if (names.length === 0) return JSON.stringify({ Fleet: fleet, Region: line.region, ...fields });
  const directive = {
    Namespace: METRIC_NAMESPACE,
    Dimensions: [["Fleet", "Region"]],
    Metrics: names.map((name) => ({ Name: name, Unit: unitOf(name) })),
  };
  return JSON.stringify({
    _aws: { Timestamp: nowMs, CloudWatchMetrics: [directive] },
    Fleet: fleet,
    Region: line.region,
    ...fields,
    ...metrics,
  });
}

function unitOf(metric: string): "Milliseconds" | "Count" {
  return metric.endsWith("Ms") ? "Milliseconds" : "Count";
}

/**
 * Writes the invocation's one line to standard output. Not through `console`: Lambda wraps that
 * into a record of its own, in which CloudWatch finds no metrics.
 */
export function logInvocation(line: InvocationLine): void {
  const fleet = process.env[ENV.fleet] ?? "";
  process.stdout.write(`${formatInvocation(line, fleet, Date.now())}\n`);
}
