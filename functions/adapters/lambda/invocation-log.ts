import { ENV, METRIC_NAMESPACE, type WatchMode } from "../../../shared/contract.ts";
import type { EpochMs } from "../../../shared/units.ts";

/** The log line of one invocation. A metric is in milliseconds if its name ends in `Ms`, else a count. */
export interface InvocationLine {
  readonly function: "plan" | "probe" | "aggregate" | "publish";
  readonly region: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/** Of which fleet and instant a line is, and whether its figures are to become metrics, which cost. */
interface LineSetup {
  readonly fleet: string;
  readonly watch: WatchMode;
  readonly nowMs: EpochMs;
}

/**
 * Formats one line of JSON from which CloudWatch also takes metrics, by fleet and region only: a
 * metric for each task would cost more than the fleet. In `lean` mode, and without metrics, it is a
 * plain line.
 * Source: CloudWatch user guide, "Embedded metric format specification".
 */
export function formatInvocation(line: InvocationLine, { fleet, watch, nowMs }: LineSetup): string {
  const { metrics, ...fields } = line;
  const names = Object.keys(metrics);
  if (names.length === 0 || watch === "lean")
    return JSON.stringify({ Fleet: fleet, Region: line.region, ...fields, ...metrics });
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
  const { [ENV.fleet]: fleet = "", [ENV.watch]: mode } = process.env;
  const watch = mode === "lean" ? "lean" : "full";
  process.stdout.write(`${formatInvocation(line, { fleet, watch, nowMs: Date.now() })}\n`);
}
