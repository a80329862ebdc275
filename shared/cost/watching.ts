import { METRICS } from "../contract.ts";
import { sumOf } from "../sum-of.ts";
import { type Task, usesConnection } from "../task/task.ts";
import { invocations, invokedIn } from "./functions.ts";
import type { CostFleet } from "./load.ts";
import { BYTES_PER_GB, MINUTES_PER_MONTH, type Quantity } from "./prices.ts";
import type { Usage } from "./usage.ts";

const DAYS_PER_MONTH = 365 / 12;

/** The alarms that are deployed: each watches one thing that needs a person. */
const ALARM_COUNTS = {
  full: { perRegion: 5, home: 9 },
  // One of home's is in a region that tells of home.
  lean: { perRegion: 1, home: 4 },
} as const;

/**
 * The function's own line, and Lambda's two in JSON (counted by bench/cost). `lean` has the first alone,
 * without what makes metrics of it.
 */
const LOG_BYTES_PER_INVOCATION = { full: 860 + 750, lean: 440 } as const;

/** What a region counts of tasks that exchange something after the handshake, and of those that are held. */
const TRAFFIC_METRICS = 4;
const HOLD_METRICS = 1;

const service = "CloudWatch";

/** The lines for what watches the fleet itself. */
export function watchLines(fleet: CostFleet, tasks: readonly Task[], usage: Usage): Quantity[] {
  const logs = logLines(fleet, usage);
  if (fleet.watch === "lean") return [...logs, alarmLine(fleet), HEARTBEAT_LINE];
  const metrics = metricCount(fleet, tasks);
  return [
    ...logs,
    { service, what: "metrics", price: "metrics", quantity: metrics },
    alarmLine(fleet),
    { service, what: "dashboard", price: "dashboards", quantity: 1 },
  ];
}

function logLines({ watch, logDays }: CostFleet, { shards }: Usage): Quantity[] {
  const gb = (invocations(invokedIn(shards)) * LOG_BYTES_PER_INVOCATION[watch]) / BYTES_PER_GB;
  return [
    { service, what: "logs", price: "logs", quantity: gb },
    {
      service,
      what: `log storage of ${logDays} days`,
      price: "logStorage",
      quantity: (gb * logDays) / DAYS_PER_MONTH,
    },
  ];
}

function alarmLine({ watch, regions }: CostFleet): Quantity {
  const { perRegion, home } = ALARM_COUNTS[watch];
  return { service, what: "alarms", price: "alarms", quantity: perRegion * inAws(regions) + home };
}

/** A queue counts them; its metrics are free. */
const HEARTBEAT_LINE: Quantity = {
  service: "SQS",
  what: "heartbeats, to count them",
  price: "sqsRequests",
  quantity: MINUTES_PER_MONTH,
};

/** What watches an agent is told by home. */
function inAws(regions: CostFleet["regions"]): number {
  return regions.filter(({ agent }) => !agent).length;
}

function metricCount(fleet: CostFleet, tasks: readonly Task[]): number {
  const atHome = count(METRICS.plan) + count(METRICS.aggregate);
  return count(METRICS.probe) * inAws(fleet.regions) + atHome + rareMetrics(fleet, tasks);
}

/** Metrics that only the regions of such tasks have. */
function rareMetrics({ regions }: CostFleet, tasks: readonly Task[]): number {
  const enabled = tasks.filter((task) => task.enabled);
  return sumOf(regions, ({ name }) => {
    const own = enabled.filter((task) => task.regions === "all" || task.regions.includes(name));
    const traffic = own.some(usesConnection) ? TRAFFIC_METRICS : 0;
    return traffic + (own.some(({ hold }) => hold !== undefined) ? HOLD_METRICS : 0);
  });
}

function count(names: object): number {
  return Object.keys(names).length;
}
