import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { type RegionName, SECOND_MS } from "../../shared/units.ts";
import type { DiskWatch } from "../disk/disk-report.ts";
import { localCredentials } from "../guard/access-key.ts";
import { startGuardedServer } from "../guard/guarded-server.ts";
import { DatabaseThread, DiskError, LockedError } from "./database-thread.ts";
import { patiently } from "./patience.ts";
import { isAlive, readRuntime } from "./runtime-file.ts";

/**
 * A client for the embedded database, with the access key of the run that has it open. A request that
 * gets no answer fails after some seconds.
 */
export function localClient(
  endpoint: string,
  region: RegionName,
  accessKey: string,
): DynamoDBClient {
  return createDynamoDbClient(region, { endpoint, credentials: localCredentials(accessKey) });
}

/** What a database is opened with. */
export interface DatabaseSetup {
  readonly dir: string;
  /** Only who has it is answered. */
  readonly accessKey: string;
  /** Tells the user that the database's thread failed, and that it runs again. */
  readonly warn: (sentence: string) => void;
  /** Is told whether the disk keeps the data. */
  readonly disk: DiskWatch;
}

/** The embedded database, held by the process that started it. */
export interface DatabaseServer {
  readonly endpoint: string;
  /** Ends the database's thread, which is then started again. */
  reopen(): void;
  close(): Promise<void>;
}

/** Another process has the data open; the message names it if it is known. */
export class DataInUseError extends Error {}

/** The disk can't be used, e.g. because it is full; the message says why. */
export class DataUnusableError extends Error {}

const LOCK_PATIENCE_MS = 5 * SECOND_MS;
const LOCK_RETRY_MS = 100;

/** DynamoDB takes 16 MB in one request. */
const MOST_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Opens the data in `dir` in a thread, and listens for its clients. Throws DataInUseError if another
 * process has the data, and DataUnusableError if the disk can't be used.
 */
export async function startDatabase(setup: DatabaseSetup): Promise<DatabaseServer> {
  const { dir, accessKey, warn, disk } = setup;
  const thread = await DatabaseThread.start({ dir, warn, disk }).catch((error: unknown) => {
    if (error instanceof LockedError) throw new DataInUseError(inUse(dir));
    if (!(error instanceof DiskError)) throw error;
    throw new DataUnusableError(`The data can't be kept in ${dir}: ${error.message}.`);
  });
  const server = await startGuardedServer({
    accessKey,
    mostBodyBytes: MOST_BODY_BYTES,
    contentType: "application/x-amz-json-1.0",
    answer: ({ target, body, over }) => thread.run(target, body, over),
  });
  return {
    endpoint: server.endpoint,
    reopen: () => thread.reopen(),
    close: async () => {
      await server.close();
      await thread.close();
    },
  };
}

function inUse(dir: string): string {
  const pid = readRuntime(dir)?.pid;
  const holder = pid !== undefined && isAlive(pid) ? `process ${pid}` : "another process";
  return `The data in ${dir} is in use by ${holder}. Stop it, or choose another folder with --data.`;
}

/** Like `startDatabase`, but waits up to five seconds for a command that has the data open. */
export async function startDatabasePatiently(setup: DatabaseSetup): Promise<DatabaseServer> {
  return await patiently("The data is in use", () => startDatabase(setup), {
    mayPass: (error) => error instanceof DataInUseError && !isFleetOn(setup.dir),
    patienceMs: LOCK_PATIENCE_MS,
    pauseMs: LOCK_RETRY_MS,
  });
}

function isFleetOn(dir: string): boolean {
  const runtime = readRuntime(dir);
  return runtime?.role === "fleet" && isAlive(runtime.pid);
}
