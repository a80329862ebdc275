import { openHomeStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { inParallel } from "../../functions/in-parallel.ts";
import { createTables } from "../../local/aws/create-tables.ts";
import { boardOf } from "../../shared/board/board.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";
import { MadeHistory } from "./make-history.ts";
import { FLEET, NOW_MS, openDatabase, type Scene, sceneOf, taskName } from "./scene.ts";

// Fills a folder's database with the past of a fleet, through the stores that the aggregator writes by.
// Runs in a process of its own. Prints one line of JSON.

const HOURS_PER_DAY = DAY_MS / HOUR_MS;
const PARALLEL_TASKS = 8;

type Stores = Pick<ReturnType<typeof openHomeStores>, "summaries" | "periods" | "boards">;

const made = new MadeHistory(FLEET.regions.map(({ name }) => name));

async function fillTask(stores: Stores, name: string, scene: Scene): Promise<void> {
  const firstMs = NOW_MS - scene.days * DAY_MS;
  for (let dayMs = firstMs; dayMs < NOW_MS; dayMs += DAY_MS) {
    const hours = Array.from({ length: HOURS_PER_DAY }, (_, i) => dayMs + i * HOUR_MS);
    for (const startMs of hours) await fillHour(stores, { name, startMs, scene });
    const merged = hours.map((startMs) => made.hour(name, startMs));
    await stores.periods.putDay({ taskName: name, startMs: dayMs, hours: merged });
  }
}

async function fillHour(
  stores: Stores,
  hour: { readonly name: string; readonly startMs: EpochMs; readonly scene: Scene },
): Promise<void> {
  const { name: taskName, startMs, scene } = hour;
  const minutes = made.minutes(taskName, startMs);
  if (startMs >= NOW_MS - scene.hotDays * DAY_MS) await stores.summaries.putSummaries(minutes);
  await stores.periods.putHour({ taskName, startMs, minutes });
}

async function fillBoards(stores: Stores, names: readonly string[], scene: Scene): Promise<void> {
  for (let hourMs = NOW_MS - scene.hotDays * DAY_MS; hourMs < NOW_MS; hourMs += HOUR_MS) {
    const minutes = names.flatMap((name) => made.minutes(name, hourMs));
    const byStart = Map.groupBy(minutes, ({ periodStartMs }) => periodStartMs);
    for (const [startMs, own] of byStart)
      await stores.boards.putBoard(boardOf(startMs, own), names);
  }
}

async function fill(
  scene: Scene,
): Promise<{ readonly seconds: number; readonly peakRssMb: number }> {
  const startedAt = performance.now();
  const database = await openDatabase(scene.dir);
  await createTables(database.client, FLEET);
  // Just before the end of what is stored, so that nothing has expired.
  const now = () => NOW_MS - MINUTE_MS;
  const stores = openHomeStores({ client: database.client, fleet: FLEET.name, now });
  const names = Array.from({ length: scene.tasks }, (_, i) => taskName(i));
  await inParallel(names, PARALLEL_TASKS, (name) => fillTask(stores, name, scene));
  await fillBoards(stores, names, scene);
  await database.close();
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
  };
}

process.stdout.write(`${JSON.stringify(await fill(sceneOf(process.argv[2])))}\n`);
