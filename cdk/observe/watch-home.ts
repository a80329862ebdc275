import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";
import type { FleetFunction } from "../parts/fleet-function.ts";
import { aggregateAlarms, planAlarms } from "./alarms.ts";
import { fleetDashboard } from "./dashboard.ts";
import { leanHomeAlarms } from "./lean-alarms.ts";
import { saveHomeQueries } from "./saved-queries.ts";

/** The home's functions, and the bus that takes the heartbeats. */
interface WatchedHome {
  readonly plan: FleetFunction;
  readonly aggregate: FleetFunction;
  readonly bus: IEventBus;
}

/** Watches home, and shows the fleet, as its `watch` says. Returns the alarms. */
export function watchHome(scope: Construct, fleet: FleetConfig, home: WatchedHome): Alarm[] {
  const { plan, aggregate, bus } = home;
  if (fleet.watch === "lean") {
    saveHomeQueries(scope, fleet, { plan: plan.log, aggregate: aggregate.log });
    return leanHomeAlarms(scope, fleet, { plan: plan.lambda, aggregate: aggregate.lambda, bus });
  }
  const alarms = [
    ...planAlarms(scope, fleet, plan.lambda),
    ...aggregateAlarms(scope, fleet, aggregate.lambda),
  ];
  fleetDashboard(scope, fleet);
  return alarms;
}
