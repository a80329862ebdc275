import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { type RegionName, SECOND_MS } from "../../shared/units.ts";
import { isAlive, readRuntime } from "./runtime-file.ts";
import { THREAD_LIMITS } from "./thread-limits.ts";

/** Credentials for the embedded AWS, which accepts any. The SDK must never look for the user's own. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** A client for the embedded database; a request that gets no answer fails after some seconds. */
export function localClient(endpoint: string, region: RegionName): DynamoDBClient {
  return createDynamoDbClient(region, { endpoint, credentials: LOCAL_CREDENTIALS });
}

/** What the database's thread tells the one that started it. */
export type DatabaseMessage =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "locked" };

/** The embedded database, held by the process that started it. */
export interface DatabaseServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Another process has the data open; the message names it if it is known. */
export class DataInUseError extends Error {}

const LOCK_PATIENCE_MS = 5 * SECOND_MS;
const LOCK_RETRY_MS = 100;

/**
 * Starts dynalite on the data in `dir`, in its own thread so that it never delays a probe's timers.
 * Throws DataInUseError if another process has the data; `onFailure` gets any later error.
 */
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

/** Like `startDatabase`, but waits up to five seconds for a command that has the data open. */
export async function startDatabasePatiently(
  dir: string,
  onFailure: (error: unknown) => void,
): Promise<DatabaseServer> {
  const giveUpAt = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await startDatabase(dir, onFailure);
    } catch (error) {
      const runtime = readRuntime(dir);
      const isFleet = runtime?.role === "fleet" && isAlive(runtime.pid);
      const hopeless = isFleet || performance.now() > giveUpAt;
      if (!(error instanceof DataInUseError) || hopeless) throw error;
      await sleep(LOCK_RETRY_MS);
    }
  }
}
