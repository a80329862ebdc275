import { METRICS } from "../contract.ts";
import { sumOf } from "../sum-of.ts";
import { type Task, usesConnection } from "../task/task.ts";
import { invocations, invokedIn } from "./functions.ts";
import type { CostFleet } from "./load.ts";
import { BYTES_PER_GB, type Quantity } from "./prices.ts";
import type { Usage } from "./usage.ts";

const DAYS_PER_MONTH = 365 / 12;

/** The alarms that are deployed: each watches one thing that needs a person. */
const ALARM_COUNTS = { perRegion: 5, home: 9 } as const;

/** The function's own line, and Lambda's two in JSON (counted by bench/cost). */
const LOG_BYTES_PER_INVOCATION = 860 + 750;

/** What a region counts of tasks that exchange something after the handshake, and of those that are held. */
const TRAFFIC_METRICS = 4;
const HOLD_METRICS = 1;

/** The lines for what watches the fleet itself. */
export function watchLines(
  fleet: CostFleet,
  tasks: readonly Task[],
  { shards }: Usage,
): Quantity[] {
  const service = "CloudWatch";
  const logGb = (invocations(invokedIn(shards)) * LOG_BYTES_PER_INVOCATION) / BYTES_PER_GB;
  const counts = {
    probe: count(METRICS.probe),
    home: count(METRICS.plan) + count(METRICS.aggregate),
  };
  const regionCount = fleet.regions.filter(({ agent }) => !agent).length;
  return [
    { service, what: "logs", price: "logs", quantity: logGb },
    {
      service,
      what: `log storage of ${fleet.logDays} days`,
      price: "logStorage",
      quantity: (logGb * fleet.logDays) / DAYS_PER_MONTH,
    },
    {
      service,
      what: "metrics",
      price: "metrics",
      quantity: counts.probe * regionCount + counts.home + rareMetrics(fleet, tasks),
    },
    {
      service,
      what: "alarms",
      price: "alarms",
      quantity: ALARM_COUNTS.perRegion * regionCount + ALARM_COUNTS.home,
    },
    { service, what: "dashboard", price: "dashboards", quantity: 1 },
  ];
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
