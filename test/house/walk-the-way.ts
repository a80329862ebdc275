import { Session } from "node:inspector/promises";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { ENV } from "../../shared/contract.ts";
import { slotsOfTerm } from "../../shared/slot/slot.ts";
import { MINUTE_MS } from "../../shared/units.ts";
import { type Embedded, startEmbedded } from "../embedded.ts";
import { startPutEvents } from "../fakes/put-events-server.ts";
import { refusedPort } from "../fakes/tcp-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REGION = "eu-west-1";

/** One check on its way, and the files of shared/ and functions/ that a function ran in. */
export interface Walk {
  /** The detail of the last event that reached the bus. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
}

/**
 * Takes one task from its item to its alert: plan, probe a refused port for real, aggregate, publish.
 * Everything is started and loaded before, so that only the way itself is recorded.
 */
export async function walkTheWay(): Promise<Walk> {
  const embedded = await startEmbedded();
  const bus = await startPutEvents();
  const environment = environmentOf(embedded.endpoint, bus.endpoint);
  Object.assign(process.env, environment);
  await putTask(embedded);
  const clock = shiftClock();
  clock.shiftTo(-MINUTE_MS);
  const { handler: plan } = await import("../../functions/plan/handler.ts");
  const { handler: probe } = await import("../../functions/probe/handler.ts");
  const { handler: aggregate } = await import("../../functions/aggregate/handler.ts");
  await aggregate({});
  const files = await record(async () => {
    clock.shiftTo(0);
    await plan({});
    await probe({ shard: 0 });
    clock.shiftTo(2.5 * MINUTE_MS);
    await aggregate({});
  });
  clock.restore();
  const details = bus.calls.flat().map(({ Detail }) => JSON.parse(Detail));
  await embedded.close();
  await bus.close();
  return { event: details.find(({ state }) => state === "CRITICAL") ?? {}, files };
}

function environmentOf(database: string, events: string): Record<string, string> {
  return {
    [ENV.fleet]: "test",
    [ENV.home]: REGION,
    [ENV.regions]: JSON.stringify([{ name: REGION }]),
    [ENV.bus]: "test",
    [ENV.allowedCidrs]: "127.0.0.1/32",
    [ENV.hints]: "off",
    // One recheck, a second later, so that the walk does not wait for those of a minute.
    [ENV.alertDefaults]: JSON.stringify({ recheck_seconds: [1] }),
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_DYNAMODB: database,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
}

async function putTask({ client }: Embedded): Promise<void> {
  const host = `127.0.0.1:${await refusedPort()}`;
  // The walk makes one check and one recheck.
  const alert = { failure_threshold: 1 };
  const task = { name: earlyName(), host, schedule_seconds: 60, alert };
  await client.send(new PutItemCommand({ TableName: "test-tasks", Item: marshall(task) }));
}

/** Moves this process's wall clock, so that the walk need not wait for whole minutes. */
function shiftClock() {
  const { now } = Date;
  let shiftMs = 0;
  // Services keep the function that they find, so it is one for the whole walk.
  Date.now = () => now() + shiftMs;
  return {
    shiftTo: (byMs: number) => {
      shiftMs = byMs;
    },
    restore: () => {
      Date.now = now;
    },
  };
}

/** A task whose slot is at the start of its lease term, so that the walk does not wait for it. */
function earlyName(): string {
  const names = Array.from({ length: 10_000 }, (_, i) => `task ${i}`);
  const term = { fromMs: 0, toMs: MINUTE_MS };
  const early = names.find((name) => {
    const [slotAtMs = MINUTE_MS] = slotsOfTerm(
      { name, scheduleMs: MINUTE_MS },
      { staggerPermille: 0 },
      term,
    );
    return slotAtMs < 100;
  });
  if (early === undefined) throw new Error("no task of ten thousand has an early slot");
  return early;
}

/** The files of shared/ and functions/ in which a function runs meanwhile. */
async function record(work: () => Promise<void>): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  return result
    .filter(({ url }) => url.startsWith("file:") && !url.includes("node_modules"))
    .filter(({ functions }) =>
      functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)),
    )
    .map(({ url }) => relative(ROOT, fileURLToPath(url)).split(sep).join("/"))
    .filter((file) => /^(shared|functions)\//.test(file))
    .sort();
}
