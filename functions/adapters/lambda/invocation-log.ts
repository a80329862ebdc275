import { ENV, METRIC_NAMESPACE } from "../../../shared/contract.ts";
import type { EpochMs } from "../../../shared/units.ts";

/** The log line of one invocation. A metric is in milliseconds if its name ends in `Ms`, else a count. */
export interface InvocationLine {
  readonly function: "plan" | "probe" | "aggregate" | "publish";
  readonly region: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/**
 * Formats one line of JSON from which CloudWatch also takes metrics, by fleet and region only: a
 * metric for each task would cost more than the fleet. Without metrics it is a plain line.
 * Source: CloudWatch user guide, "Embedded metric format specification".
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
 * Writes the invocation's only line to standard output. It does not use `console`, whose lines
 * Lambda wraps into records in which CloudWatch finds no metrics.
 */
export function logInvocation(line: InvocationLine): void {
  const fleet = process.env[ENV.fleet] ?? "";
  process.stdout.write(`${formatInvocation(line, fleet, Date.now())}\n`);
}
