import { type ILogGroup, QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { METRICS } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";

/** How a minute shows one figure of the log lines. */
type Show = "sum" | "max" | "avg";

interface SavedQuery {
  readonly title: string;
  readonly figures: readonly (readonly [show: Show, name: string])[];
}

const { probe, plan, aggregate, clock } = METRICS;

const OF_PROBES: SavedQuery = {
  title: "probe figures",
  figures: [
    ["sum", probe.attempts],
    ["sum", probe.failures],
    ["sum", probe.missed],
    ["max", probe.slotLagMs],
    ["max", probe.openSocketsPeak],
    ["sum", probe.stalls],
    ["sum", probe.suspect],
    ["max", probe.pacingDebtMs],
    ["sum", probe.remeasured],
    ["sum", probe.coldStarts],
    ["max", probe.planAgeMs],
    ["sum", probe.lateFlushes],
  ],
};

const OF_CLOCKS: SavedQuery = {
  title: "clock",
  figures: [
    ["avg", clock.offsetMs],
    ["max", clock.stabilityMs],
    ["max", clock.jitterMs],
    ["avg", clock.answeredPercent],
  ],
};

const OF_AGGREGATE: SavedQuery = {
  title: "aggregate figures",
  figures: [
    ["sum", aggregate.windows],
    ["max", aggregate.windowLagMs],
    ["max", aggregate.regionsMissing],
    ["max", aggregate.outboxDepth],
    ["max", aggregate.outboxAgeMs],
    ["sum", aggregate.lateChunks],
    ["sum", aggregate.damagedChunks],
  ],
};

const OF_PLANS: SavedQuery = {
  title: "plan figures",
  figures: [
    ["max", plan.tasks],
    ["max", plan.invalidTasks],
    ["max", plan.unsupportedTasks],
    ["max", plan.overfullShards],
    ["max", plan.regionsFailed],
    ["max", plan.planRefused],
  ],
};

/** Saves the queries that show a region's figures minute by minute: what the dashboard shows, when it is asked for. */
export function saveProbeQueries(scope: Construct, fleet: FleetConfig, log: ILogGroup): void {
  save(scope, fleet, { log, query: OF_PROBES });
  if (fleet.clockServer !== null) save(scope, fleet, { log, query: OF_CLOCKS });
}

/** Saves the same of home's functions. */
export function saveHomeQueries(
  scope: Construct,
  fleet: FleetConfig,
  logs: { readonly plan: ILogGroup; readonly aggregate: ILogGroup },
): void {
  save(scope, fleet, { log: logs.plan, query: OF_PLANS });
  save(scope, fleet, { log: logs.aggregate, query: OF_AGGREGATE });
}

function save(
  scope: Construct,
  fleet: FleetConfig,
  { log, query: { title, figures } }: { readonly log: ILogGroup; readonly query: SavedQuery },
): void {
  const shown = figures.map(([show, name]) => `${show}(${name}) as ${name}_${show}`);
  new QueryDefinition(scope, `Query ${title}`, {
    queryDefinitionName: `${fleet.name}/${title}`,
    logGroups: [log],
    queryString: new QueryString({
      filterStatements: [`ispresent(${figures[0]?.[1]})`],
      statsStatements: [`${shown.join(", ")} by bin(1m)`],
    }),
  });
}
