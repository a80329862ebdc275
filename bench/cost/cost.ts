import { parseArgs } from "node:util";
import { localFleet } from "../../local/aws/local-fleet.ts";
import { type CostFleet, PRICES, type UnitsByTable, usageOf } from "../../shared/cost/cost.ts";
import type { Task } from "../../shared/task/task.ts";
import { readTaskFile } from "../../shared/task-file/task-file.ts";
import type { Targets } from "../fleet/listeners.ts";
import { startTargets } from "../fleet/start-targets.ts";
import { writeTasks } from "../fleet/write-tasks.ts";
import { publish } from "../report.ts";
import { type Measured, PROBE_MB, rowOf, type Size, tableRows } from "./cost-rows.ts";
import { countFleet } from "./run-fleet.ts";

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

const REGIONS = [
  ...["eu-west-1", "us-east-1", "ap-southeast-2", "us-west-2", "sa-east-1"],
  ...["ca-central-1", "ap-south-1", "eu-west-2", "eu-west-3", "eu-central-1"],
];

function sizeOf(text: string): Size {
  const [tasks, regions, scheduleSeconds] = text.split("x").map(Number);
  if (!tasks || !regions || !scheduleSeconds || regions > REGIONS.length)
    throw new Error(
      `--size must be like 100x5x60, with ${REGIONS.length} regions at most, is ${text}`,
    );
  return { tasks, regions, scheduleSeconds };
}

async function measure(size: Size, targets: Targets, minutes: number): Promise<Measured> {
  const file = writeTasks(
    { taskCount: size.tasks, scheduleSeconds: size.scheduleSeconds },
    targets,
  );
  const { tasks } = readTaskFile("tasks.toml", file);
  const fleet = localFleet(REGIONS.slice(0, size.regions), 1);
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
    resultDays: 30,
    minuteDays: 3,
    summaryDays: 400,
    dayDays: 1_095,
    summaryClass: "auto",
    logDays: 30,
    watch: "lean",
    clockServer: null,
    secrets: [],
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
for (const size of values.size?.map(sizeOf) ?? SIZES) {
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
