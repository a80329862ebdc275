import { BundleCache } from "../../functions/bundle-cache.ts";
import { type PlanServices, planFleet, type RunLog } from "../../functions/plan/plan.ts";
import { DEFAULT_RESULT_DAYS, METRICS } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { showCount } from "../../terminal/count.ts";
import { paint } from "../../terminal/paint.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import type { Io } from "../command/io.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHome, openRegion } from "../fleet/open-stores.ts";

const METRIC = METRICS.plan;

/** `synfleet plan`: plans the stored tasks now. */
export const plan: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    force: {
      type: "boolean",
      about: "Plan even if that drops most of the running tasks or replaces an unreadable plan.",
    },
    json: { type: "boolean", about: "Print one JSON document." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "Probes take up a new plan within a minute. synfleet tasks list says which tasks run.",
    "Exit codes: 0 planned, 1 refused, 3 failed somewhere.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const lines: RunLog[] = [];
      const services = servicesOf(open, (line) => lines.push(line));
      try {
        await planFleet(services, { force: flagOption(call, "force") });
      } finally {
        for (const line of lines) report(call, open, line);
      }
      return lines.some(isRefused) ? EXIT.no : EXIT.fine;
    }),
};

function servicesOf(open: OpenFleet, log: PlanServices["log"]): PlanServices {
  const { tasks, settings, statuses } = openHome(open);
  return {
    fleet: open.fleet,
    resultDays: DEFAULT_RESULT_DAYS,
    alertDefaults: null,
    now: Date.now,
    tasks,
    settings,
    statuses,
    plansOf: (region) => openRegion(open, region).plans,
    bundles: new BundleCache(),
    bus: open.bus,
    log,
  };
}

function isRefused({ metrics }: RunLog): boolean {
  return metrics[METRIC.planRefused] === 1;
}

function report(call: Call, { fleet }: OpenFleet, line: RunLog): void {
  if (flagOption(call, "json")) call.io.out(JSON.stringify(line, null, 2));
  else if (isRefused(line))
    call.io.error(`${paint("refused", "red", call.io.colours)}  ${line.refusal}.`);
  else printPlan(call.io, fleet, line);
}

function printPlan(io: Io, fleet: Fleet, { metrics, warnings }: RunLog): void {
  for (const warning of Array.isArray(warnings) ? warnings : []) {
    io.error(`${paint("warning", "yellow", io.colours)}  ${warning}`);
  }
  const tasks = showCount(metrics[METRIC.tasks] ?? 0, "task");
  const regions = showCount(fleet.regions.length, "region");
  const invalid = metrics[METRIC.invalidTasks] ?? 0;
  const unsupported = metrics[METRIC.unsupportedTasks] ?? 0;
  io.out(`${tasks} planned for ${regions}: ${invalid} invalid, ${unsupported} unsupported.`);
}
