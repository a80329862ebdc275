import { Dashboard, GraphWidget, type IWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { METRICS } from "../../shared/contract.ts";
import type { FleetConfig } from "../config/fleet-config.ts";
import { type FleetMetricProps, fleetMetric } from "./fleet-metric.ts";

type Graph = {
  readonly title: string;
  readonly name: string;
  readonly statistic: FleetMetricProps["statistic"];
};

/** Graphs with one line for each probing region. */
const BY_REGION: readonly Graph[] = [
  { title: "Checks", name: METRICS.probe.attempts, statistic: "Sum" },
  { title: "Failed checks", name: METRICS.probe.failures, statistic: "Sum" },
  { title: "Missed slots", name: METRICS.probe.missed, statistic: "Sum" },
  { title: "Slot lag, ms", name: METRICS.probe.slotLagMs, statistic: "Maximum" },
  { title: "Open sockets, peak", name: METRICS.probe.openSocketsPeak, statistic: "Maximum" },
  { title: "Times a probe stood still", name: METRICS.probe.stalls, statistic: "Sum" },
  { title: "Suspect connect times", name: METRICS.probe.suspect, statistic: "Sum" },
  { title: "Pacing debt, ms", name: METRICS.probe.pacingDebtMs, statistic: "Maximum" },
  { title: "Measured again", name: METRICS.probe.remeasured, statistic: "Sum" },
  { title: "Cold starts", name: METRICS.probe.coldStarts, statistic: "Sum" },
  { title: "Age of the plan, ms", name: METRICS.probe.planAgeMs, statistic: "Maximum" },
];

/** The same where probes ask a time server. */
const OF_CLOCKS: readonly Graph[] = [
  { title: "Clock offset, ms", name: METRICS.clock.offsetMs, statistic: "Average" },
  { title: "Clock stability, ms", name: METRICS.clock.stabilityMs, statistic: "Maximum" },
  { title: "Time server, answers in %", name: METRICS.clock.answeredPercent, statistic: "Average" },
];

/** Graphs with one line, for the home region. */
const AT_HOME: readonly Graph[] = [
  { title: "Window lag, ms", name: METRICS.aggregate.windowLagMs, statistic: "Maximum" },
  { title: "Regions missing", name: METRICS.aggregate.regionsMissing, statistic: "Maximum" },
  { title: "Alerts not yet delivered", name: METRICS.aggregate.outboxDepth, statistic: "Maximum" },
  { title: "Late chunks", name: METRICS.aggregate.lateChunks, statistic: "Sum" },
  { title: "Tasks", name: METRICS.plan.tasks, statistic: "Maximum" },
  { title: "Invalid tasks", name: METRICS.plan.invalidTasks, statistic: "Maximum" },
];

/** Makes the dashboard that shows the whole fleet on one page. */
export function fleetDashboard(scope: Construct, fleet: FleetConfig): Dashboard {
  const probing = fleet.regions.map((region) => region.name);
  const byRegion = fleet.clockServer === null ? BY_REGION : [...BY_REGION, ...OF_CLOCKS];
  return new Dashboard(scope, "Dashboard", {
    dashboardName: fleet.name,
    widgets: [
      ...rowsOfThree(byRegion.map((graph) => widget(fleet, graph, probing))),
      ...rowsOfThree(AT_HOME.map((graph) => widget(fleet, graph, [fleet.home]))),
    ],
  });
}

function widget(fleet: FleetConfig, graph: Graph, regions: readonly string[]): IWidget {
  return new GraphWidget({
    title: graph.title,
    width: 8,
    height: 6,
    region: fleet.home,
    left: regions.map((region) =>
      fleetMetric({
        fleet: fleet.name,
        region,
        name: graph.name,
        statistic: graph.statistic,
      }).with({ label: region }),
    ),
  });
}

function rowsOfThree(widgets: readonly IWidget[]): IWidget[][] {
  const rows: IWidget[][] = [];
  for (let i = 0; i < widgets.length; i += 3) rows.push(widgets.slice(i, i + 3));
  return rows;
}
