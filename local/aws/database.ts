import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Fleet } from "../../shared/plan/plan.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { defaultFleet } from "../fleet/local-fleet.ts";
import {
  forgetRuntime,
  isAlive,
  readFleet,
  readRuntime,
  rememberRuntime,
} from "../fleet/runtime-file.ts";
import { THREAD_LIMITS } from "../fleet/thread-limits.ts";
import { createTables } from "./create-tables.ts";
import type { DatabaseMessage } from "./database-worker.ts";
import { localClient } from "./local-client.ts";

/** The embedded database as its owner holds it. */
export interface DatabaseServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The embedded database as a command uses it: the running fleet's, or its own for the time being. */
export interface OpenDatabase {
  readonly endpoint: string;
  readonly fleet: Fleet;
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

/** Another process has the data open. */
export class DataInUseError extends Error {}

const LOCK_PATIENCE_MS = 5 * SECOND_MS;
const LOCK_RETRY_MS = 100;

/** Starts dynalite on `dir` in a thread of its own, so that it never holds up a probe's timers. */
export async function startDatabase(
  dir: string,
  onFailure: (error: unknown) => void,
): Promise<DatabaseServer> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const worker = new Worker(new URL("./database-worker.ts", import.meta.url), {
    name: "database",
    workerData: { dir },
    env: {},
    execArgv: [],
    resourceLimits: THREAD_LIMITS,
  });
  const closed = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const first = await firstMessage(worker);
  if (first.kind !== "listening") throw new DataInUseError(inUse(dir));
  worker.on("error", onFailure);
  return {
    endpoint: `http://127.0.0.1:${first.port}`,
    close: () => {
      worker.postMessage("close");
      return closed;
    },
  };
}

function firstMessage(worker: Worker): Promise<DatabaseMessage> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: DatabaseMessage) => {
      worker.off("error", reject);
      resolve(message);
    });
  });
}

function inUse(dir: string): string {
  const pid = readRuntime(dir)?.pid;
  const holder = pid !== undefined && isAlive(pid) ? `process ${pid}` : "another process";
  return `The data in ${dir} is in use by ${holder}. Stop it, or choose another folder with --data.`;
}

/** As `startDatabase`, but gives a command that is about to finish the time to do so. */
export async function startDatabasePatiently(
  dir: string,
  onFailure: (error: unknown) => void,
): Promise<DatabaseServer> {
  const giveUpAt = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await startDatabase(dir, onFailure);
    } catch (error) {
      const hopeless = readRuntime(dir)?.role === "fleet" || performance.now() > giveUpAt;
      if (!(error instanceof DataInUseError) || hopeless) throw error;
      await sleep(LOCK_RETRY_MS);
    }
  }
}

/** The database in `dir` for one command: the running fleet's, else one started for it. */
export async function openLocalDatabase(dir: string): Promise<OpenDatabase> {
  const running = runningFleet(dir);
  if (running !== null) return running;
  try {
    return await openOwn(dir);
  } catch (error) {
    // A fleet took the data between the look and the leap.
    const meanwhile = runningFleet(dir);
    if (error instanceof DataInUseError && meanwhile !== null) return meanwhile;
    throw error;
  }
}

function runningFleet(dir: string): OpenDatabase | null {
  const runtime = readRuntime(dir);
  if (runtime?.role !== "fleet" || !isAlive(runtime.pid)) return null;
  const client = localClient(runtime.database, runtime.fleet.home);
  return {
    endpoint: runtime.database,
    fleet: runtime.fleet,
    client,
    close: async () => client.destroy(),
  };
}

async function openOwn(dir: string): Promise<OpenDatabase> {
  const server = await startDatabasePatiently(dir, (error) => {
    throw error;
  });
  const fleet = readFleet(dir) ?? defaultFleet();
  rememberRuntime(dir, { role: "command", database: server.endpoint, events: null, fleet });
  const client = localClient(server.endpoint, fleet.home);
  await createTables(client, fleet);
  return {
    endpoint: server.endpoint,
    fleet,
    client,
    close: async () => {
      client.destroy();
      forgetRuntime(dir);
      await server.close();
    },
  };
}
