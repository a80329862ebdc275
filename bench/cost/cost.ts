import { parseArgs } from "node:util";
import { localFleet } from "../../local/aws/local-fleet.ts";
import {
  type CostFleet,
  DEPLOYED,
  PRICES,
  type UnitsByTable,
  usageOf,
} from "../../shared/cost/cost.ts";
import type { Task } from "../../shared/task/task.ts";
import { readTaskFile } from "../../shared/task-file/task-file.ts";
import type { Targets } from "../fleet/listeners.ts";
import { startTargets } from "../fleet/start-targets.ts";
import { writeTasks } from "../fleet/write-tasks.ts";
import { REGION_NAMES } from "../region-names.ts";
import { publish } from "../report.ts";
import { type Measured, PROBE_MB, rowOf, tableRows } from "./cost-rows.ts";
import { countFleet } from "./run-fleet.ts";
import { readSize, type Size } from "./size.ts";

// What a fleet is billed for, counted while it runs on this machine, and priced.
// `npx node bench/cost/cost.ts [--minutes 2] [--size 100x5x60 …] [--json]`, some five minutes a size:
// tasks x regions x seconds.

const SIZES: readonly Size[] = [
  { tasks: 20, regions: 3, scheduleSeconds: 60 },
  { tasks: 100, regions: 3, scheduleSeconds: 30 },
  { tasks: 1_000, regions: 3, scheduleSeconds: 15 },
  { tasks: 100, regions: 5, scheduleSeconds: 60 },
  { tasks: 1_000, regions: 5, scheduleSeconds: 30 },
];

async function measure(size: Size, targets: Targets, minutes: number): Promise<Measured> {
  const file = writeTasks(
    { taskCount: size.tasks, scheduleSeconds: size.scheduleSeconds },
    targets,
  );
  const { tasks } = readTaskFile("tasks.toml", file);
  const fleet = localFleet(REGION_NAMES.slice(0, size.regions), 1);
  const counted = await countFleet(fleet, tasks, minutes);
  return {
    size,
    counted,
    model: modelOf(
      fleet.regions.map(({ name }) => name),
      tasks,
    ),
  };
}

function modelOf(regions: readonly string[], tasks: readonly Task[]): UnitsByTable {
  const fleet: CostFleet = {
    home: regions[0] ?? "",
    regions: regions.map((name) => ({ name, shards: 1, memoryMb: PROBE_MB, alwaysOn: true })),
    ...DEPLOYED,
  };
  return usageOf(fleet, tasks).units;
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    size: { type: "string", multiple: true },
    json: { type: "boolean" },
  },
});
const { targets, end } = await startTargets();
const measured: Measured[] = [];
for (const size of values.size?.map(readSize) ?? SIZES) {
  measured.push(await measure(size, targets, Number(values.minutes)));
}
end();
publish(
  "cost-tables",
  "Units a minute by table, counted and modelled",
  measured.flatMap(tableRows),
);
publish(
  "cost",
  `Counted in ${values.minutes} minutes each, a minute's worth shown; list prices of ${PRICES.region}, ${PRICES.asOf}`,
  measured.map(rowOf),
);
