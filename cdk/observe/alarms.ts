import { Duration } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { METRICS } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { RegionConfig } from "../config/region-config.ts";
import { fleetAlarm } from "./fleet-alarm.ts";
import { fleetMetric } from "./fleet-metric.ts";

function titleOf(lambda: LambdaFunction): string {
  return lambda.node.scope?.node.id.toLowerCase() ?? "function";
}

/** The alarm that a function's invocations fail. */
export function errorAlarm(scope: Construct, fleet: FleetConfig, lambda: LambdaFunction): Alarm {
  const title = titleOf(lambda);
  return fleetAlarm(scope, fleet, {
    title: `${title} errors`,
    meaning: `The ${title} function fails.`,
    metric: lambda.metricErrors({ period: Duration.minutes(1) }),
    above: 0,
    minutes: 3,
  });
}

function functionAlarms(scope: Construct, fleet: FleetConfig, lambda: LambdaFunction): Alarm[] {
  const title = titleOf(lambda);
  const period = Duration.minutes(1);
  return [
    errorAlarm(scope, fleet, lambda),
    fleetAlarm(scope, fleet, {
      title: `${title} throttled`,
      meaning: `The ${title} function is not given the concurrency that it needs.`,
      metric: lambda.metricThrottles({ period }),
      above: 0,
      minutes: 3,
    }),
  ];
}

/** The alarms of one region: silence, a stale plan, missed slots, and its function's errors. */
export function probeAlarms(
  scope: Construct,
  { fleet, region }: { readonly fleet: FleetConfig; readonly region: RegionConfig },
  probe: LambdaFunction,
): Alarm[] {
  const inRegion = { fleet: fleet.name, region: region.name };
  return [
    fleetAlarm(scope, fleet, {
      title: "Probe silent",
      meaning: `Nothing has been probed from ${region.name} for five minutes.`,
      metric: probe.metricInvocations({ period: Duration.minutes(1) }),
      below: 1,
      minutes: 5,
      silenceIsBad: true,
    }),
    fleetAlarm(scope, fleet, {
      title: "Plans stale",
      meaning: `${region.name} probes by a plan that home has not renewed for ten minutes.`,
      metric: fleetMetric({ ...inRegion, name: METRICS.probe.planAgeMs, statistic: "Maximum" }),
      above: 10 * 60_000,
      minutes: 3,
    }),
    fleetAlarm(scope, fleet, {
      title: "Slots missed",
      meaning: `${region.name} could not start checks in time; its function is too small.`,
      metric: fleetMetric({ ...inRegion, name: METRICS.probe.missed, statistic: "Sum" }),
      above: 0,
      minutes: 5,
    }),
    ...functionAlarms(scope, fleet, probe),
  ];
}

/** The alarms of the plan function: silence, a refused plan, and its function's errors. */
export function planAlarms(scope: Construct, fleet: FleetConfig, plan: LambdaFunction): Alarm[] {
  const atHome = { fleet: fleet.name, region: fleet.home };
  return [
    fleetAlarm(scope, fleet, {
      title: "Plan silent",
      meaning: "Nothing has been planned for five minutes: changes of tasks do not arrive.",
      metric: plan.metricInvocations({ period: Duration.minutes(1) }),
      below: 1,
      minutes: 5,
      silenceIsBad: true,
    }),
    fleetAlarm(scope, fleet, {
      title: "Plan refused",
      meaning: "A plan would drop more than half of the running tasks, so the last one goes on.",
      metric: fleetMetric({ ...atHome, name: METRICS.plan.planRefused, statistic: "Maximum" }),
      above: 0,
      minutes: 1,
    }),
    ...functionAlarms(scope, fleet, plan),
  ];
}

/**
 * The alarms of the aggregate function: no heartbeat, lag, undelivered alerts, and its errors. The first
 * is the dead man of the fleet as a whole: it watches what a run achieves, not that it was invoked.
 */
export function aggregateAlarms(
  scope: Construct,
  fleet: FleetConfig,
  aggregate: LambdaFunction,
): Alarm[] {
  const atHome = { fleet: fleet.name, region: fleet.home };
  return [
    fleetAlarm(scope, fleet, {
      title: "Aggregator silent",
      meaning: "No heartbeat for five minutes: no summaries are made and no alerts are judged.",
      // A hint invokes the function too, so its invocations say nothing of the minute's runs.
      metric: fleetMetric({ ...atHome, name: METRICS.aggregate.windows, statistic: "Sum" }),
      below: 1,
      minutes: 5,
      silenceIsBad: true,
    }),
    fleetAlarm(scope, fleet, {
      title: "Aggregator behind",
      meaning: "The newest summarised minute ended more than five minutes ago.",
      metric: fleetMetric({ ...atHome, name: METRICS.aggregate.windowLagMs, statistic: "Maximum" }),
      above: 5 * 60_000,
      minutes: 3,
    }),
    fleetAlarm(scope, fleet, {
      title: "Outbox stuck",
      meaning: "Alerts have been decided for over five minutes and are not delivered.",
      metric: fleetMetric({ ...atHome, name: METRICS.aggregate.outboxAgeMs, statistic: "Maximum" }),
      above: 5 * 60_000,
      minutes: 3,
    }),
    ...functionAlarms(scope, fleet, aggregate),
  ];
}
