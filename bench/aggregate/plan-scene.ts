import { marshall } from "@aws-sdk/util-dynamodb";
import { planFleet } from "../../functions/plan/plan.ts";
import { homeTableName } from "../../shared/contract.ts";
import { printTask } from "../../shared/task/task.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { InstantDatabase } from "./instant-database.ts";
import { fleetOf, type Scene, tasksOf } from "./make-fleet.ts";
import { FIRST_WINDOW_MS } from "./make-results.ts";
import { planServicesOf } from "./services.ts";

// Runs in a process of its own: plans a scene's tasks once anew and then minute after minute.
// Prints one line of JSON.

export interface PlanFigures {
  readonly firstSeconds: number;
  /** The median of some minutes in which nothing changes. */
  readonly againSeconds: number;
  readonly peakRssMb: number;
}

const MINUTES = 5;

/** As the user's table holds them. */
function storeTasks(scene: Scene, database: InstantDatabase): void {
  const table = homeTableName(fleetOf(scene).name, "tasks");
  const items = tasksOf(scene).map((task) => marshall(printTask(task)));
  database.load(items.map((item) => [`${table}/${item.name?.S}`, "", JSON.stringify(item)]));
}

async function run(scene: Scene): Promise<PlanFigures> {
  const database = new InstantDatabase();
  storeTasks(scene, database);
  let nowMs = FIRST_WINDOW_MS;
  const services = planServicesOf({ fleet: fleetOf(scene), database, now: () => nowMs });
  const seconds: number[] = [];
  for (let i = 0; i <= MINUTES; i++) {
    const startedAt = performance.now();
    await planFleet(services, { force: false });
    seconds.push((performance.now() - startedAt) / SECOND_MS);
    nowMs += MINUTE_MS;
  }
  const [firstSeconds = 0, ...again] = seconds;
  return {
    firstSeconds,
    againSeconds: again.sort((a, b) => a - b)[Math.floor(MINUTES / 2)] ?? 0,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? "")))}\n`);
