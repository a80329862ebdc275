import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openHomeStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { readBoards, readSeries } from "../../functions/history/history.ts";
import { createTables } from "../../local/aws/create-tables.ts";
import { createSweeper } from "../../local/aws/sweep.ts";
import { DAY_MS, type DurationMs, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";
import { FLEET, NOW_MS, openDatabase, type Scene, sceneOf, taskName } from "./scene.ts";

// Reads a filled database in a process of its own, as a fleet that was just started would. Prints one
// line of JSON.

/** What one read took: milliseconds, read units as DynamoDB counts them, and what it found. */
export interface ReadFigures {
  readonly what: string;
  readonly ms: number;
  readonly units: number;
  readonly found: number;
}

/** What was measured of a database that is opened again. */
export interface Measured {
  readonly reads: readonly ReadFigures[];
  readonly peakRssMb: number;
}

const units = { read: 0 };

/** Counts the read units of every answer. */
function countUnits(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (call) => {
      Object.assign(call.input, { ReturnConsumedCapacity: "TOTAL" });
      const answer = await next(call);
      const { ConsumedCapacity: used } = answer.output as { ConsumedCapacity?: unknown };
      const all = [used ?? []].flat() as readonly { readonly CapacityUnits?: number }[];
      units.read += all.reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
      return answer;
    },
    { step: "initialize" },
  );
}

async function time(what: string, read: () => Promise<number>): Promise<ReadFigures> {
  const [before, startedAt] = [units.read, performance.now()];
  const found = await read();
  return { what, ms: performance.now() - startedAt, units: units.read - before, found };
}

async function measure(scene: Scene): Promise<Measured> {
  const openedAt = performance.now();
  const database = await openDatabase(scene.dir);
  await createTables(database.client, FLEET);
  const openMs = performance.now() - openedAt;
  countUnits(database.client);
  const now = () => NOW_MS - MINUTE_MS;
  const stores = openHomeStores({ client: database.client, fleet: FLEET.name, now });
  const series = (taskName: string, lengthMs: DurationMs, stepMs: DurationMs) => async () =>
    (await readSeries(stores, { taskName, fromMs: NOW_MS - lengthMs, toMs: NOW_MS, stepMs }))
      .length;
  const boards = { fromMs: NOW_MS - 6 * HOUR_MS, toMs: NOW_MS };
  const sweeper = createSweeper(database.client, FLEET);
  const first = taskName(0);
  const other = taskName(scene.tasks - 1);
  const reads = [
    { what: "open, until it can be asked", ms: openMs, units: 0, found: 0 },
    await time("24 hours of minutes, the first read", series(first, DAY_MS, MINUTE_MS)),
    await time("24 hours of minutes, another task", series(other, DAY_MS, MINUTE_MS)),
    await time("90 days of hours", series(other, 90 * DAY_MS, HOUR_MS)),
    await time("90 days of days", series(first, 90 * DAY_MS, DAY_MS)),
    await time("6 hours of boards", async () => (await readBoards(stores, boards)).length),
    await time("a sweep, nothing expired", () => sweeper.sweepSlice(now())),
    await time("a sweep, minutes expired", () => sweeper.sweepSlice(NOW_MS + 4 * DAY_MS)),
  ];
  await database.close();
  return { reads, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
}

process.stdout.write(`${JSON.stringify(await measure(sceneOf(process.argv[2])))}\n`);
