import { Duration } from "aws-cdk-lib";
import { type Alarm, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { type RegionTable, regionTableName } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { RegionConfig } from "../config/region-config.ts";
import { errorAlarm } from "./alarms.ts";
import { fleetAlarm } from "./fleet-alarm.ts";
import { HeartbeatCount } from "./heartbeat-count.ts";

/** DynamoDB counts what was put into a table. It writes nothing where there was nothing, so silence is bad. */
function putsInto(fleet: FleetConfig, table: RegionTable, region: string): Metric {
  return new Metric({
    namespace: "AWS/DynamoDB",
    metricName: "SuccessfulRequestLatency",
    dimensionsMap: {
      TableName: regionTableName(fleet.name, table, region),
      Operation: "PutItem",
    },
    statistic: "SampleCount",
    period: Duration.minutes(1),
    region,
  });
}

/**
 * The alarms of one region, on free metrics: only its probes put something into its results, at least
 * a lease a minute, and only home puts plans.
 */
export function leanRegionAlarms(
  scope: Construct,
  { fleet, region }: { readonly fleet: FleetConfig; readonly region: RegionConfig },
): Alarm[] {
  const { name } = region;
  const silent = fleetAlarm(scope, fleet, {
    title: "Probe silent",
    meaning: `Nothing has been probed from ${name} for five minutes.`,
    metric: putsInto(fleet, "results", name),
    below: 1,
    minutes: 5,
    silenceIsBad: true,
  });
  if (name !== watcherOf(fleet)) return [silent];
  const stale = fleetAlarm(scope, fleet, {
    title: "Plans stale",
    meaning: `Home has not renewed the plan of ${name} for ten minutes.`,
    metric: putsInto(fleet, "plans", name),
    below: 1,
    minutes: 10,
    silenceIsBad: true,
  });
  return [silent, stale];
}

/** The region that tells if home as a whole is lost: another one, if there is one. */
function watcherOf({ home, regions }: FleetConfig): string | undefined {
  return (regions.find(({ name }) => name !== home) ?? regions[0])?.name;
}

interface WatchedHome {
  readonly plan: LambdaFunction;
  readonly aggregate: LambdaFunction;
  readonly bus: IEventBus;
}

/** The alarms of home, on free metrics: the dead man of the fleet, and what fails without being late. */
export function leanHomeAlarms(scope: Construct, fleet: FleetConfig, home: WatchedHome): Alarm[] {
  const heartbeats = new HeartbeatCount(scope, "Heartbeats", home.bus);
  return [
    fleetAlarm(scope, fleet, {
      title: "Aggregator silent",
      meaning: "No heartbeat for five minutes: no summaries are made and no alerts are judged.",
      metric: heartbeats.metric,
      below: 1,
      minutes: 5,
      silenceIsBad: true,
    }),
    errorAlarm(scope, fleet, home.plan),
    errorAlarm(scope, fleet, home.aggregate),
  ];
}
