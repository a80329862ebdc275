import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { SECOND_MS } from "../../shared/units.ts";
import { publish } from "../report.ts";
import { judgeFleet, type Observed, truthRows, usageRows } from "./fleet-rows.ts";
import { CAN_READ_USAGE, readUsage, type Usage } from "./process-usage.ts";
import { startProgram, startTargets } from "./start-targets.ts";
import { FleetWatch } from "./watch-output.ts";
import { writeTasks } from "./write-tasks.ts";

// The local fleet under load, as `npm start` runs it: what it misses, how late it is, what it takes.
// `npx node bench/fleet/fleet.ts --tasks 1000 --schedule 15 --regions 3 --minutes 10 [--json]`

const SAMPLE_EVERY_MS = 5 * SECOND_MS;

const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2", "us-west-2", "sa-east-1"];

interface Order {
  readonly taskCount: number;
  readonly scheduleSeconds: number;
  readonly regionCount: number;
  readonly minutes: number;
}

function readOrder(): Order {
  const { values } = parseArgs({
    options: {
      tasks: { type: "string", default: "1000" },
      schedule: { type: "string", default: "15" },
      regions: { type: "string", default: "3" },
      minutes: { type: "string", default: "10" },
      json: { type: "boolean" },
    },
  });
  return {
    taskCount: Number(values.tasks),
    scheduleSeconds: Number(values.schedule),
    regionCount: Math.min(REGIONS.length, Number(values.regions)),
    minutes: Number(values.minutes),
  };
}

/** Runs the fleet to its end and looks at it from outside all the while. */
async function observe(order: Order, folder: string): Promise<Observed> {
  const fleet = startProgram("local/start.ts", [
    ...["--json", "--no-page"],
    ...["--tasks", join(folder, "tasks.toml"), "--data", join(folder, "data")],
    ...["--regions", REGIONS.slice(0, order.regionCount).join(",")],
    ...["--minutes", String(order.minutes), "--no-rate-limit"],
  ]);
  const watch = new FleetWatch();
  const usages: Usage[] = [];
  const sampling = setInterval(() => {
    const usage = CAN_READ_USAGE ? readUsage(fleet.pid ?? 0) : null;
    if (usage !== null) usages.push(usage);
  }, SAMPLE_EVERY_MS);
  if (fleet.stdout !== null) {
    createInterface(fleet.stdout).on("line", (line) => watch.take(line, Date.now()));
  }
  const [code] = await once(fleet, "close");
  clearInterval(sampling);
  if (code !== 0) throw new Error(`The fleet ended with code ${code}`);
  return { watch, usages };
}

const order = readOrder();
const folder = mkdtempSync(join(tmpdir(), "synfleet-fleet-"));
const { targets, end } = await startTargets();
try {
  writeFileSync(join(folder, "tasks.toml"), writeTasks(order, targets));
  const observed = await observe(order, folder);
  publish(
    "fleet",
    `${order.taskCount} tasks every ${order.scheduleSeconds} s in ${order.regionCount} regions, ${order.minutes} minutes, all on this machine`,
    [...truthRows(observed), ...usageRows(observed)],
  );
  publish("fleet-verdicts", "What must hold", judgeFleet(observed));
} finally {
  end();
  rmSync(folder, { recursive: true });
}
