import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBus } from "../../functions/ports/event-bus.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { diskReason } from "../disk/disk-report.ts";
import { createTables } from "./create-tables.ts";
import {
  DataInUseError,
  DataUnusableError,
  localClient,
  startDatabasePatiently,
} from "./database.ts";
import { findFleet } from "./find-fleet.ts";
import { localBus } from "./local-bus.ts";
import { defaultFleet } from "./local-fleet.ts";
import { dropAwsSettings } from "./own-settings.ts";
import { keepPrivate } from "./private-files.ts";
import { silentSentence } from "./running-fleet.ts";
import {
  ACCESS_KEY,
  accessKeyOf,
  forgetRuntime,
  type Runtime,
  readFleet,
  rememberRuntime,
} from "./runtime-file.ts";

export { isDataDir } from "./data-dir.ts";
export { DataInUseError, DataUnusableError } from "./database.ts";
export { pointToFleet, pointToNoFleet } from "./point-to-fleet.ts";
export { findRunningFleet, type RunningFleet } from "./running-fleet.ts";
export { readFleet as lastFleet } from "./runtime-file.ts";

/** The folder of the local data unless the user names another. */
export const DEFAULT_DATA_DIR = ".synfleet";

/** The local data as one command uses it. */
export interface LocalData {
  /** URL of the database. */
  readonly endpoint: string;
  readonly fleet: Fleet;
  /** A client of the embedded database, with every table of the fleet. */
  readonly client: DynamoDBClient;
  /** The bus of the running fleet. Without one it delivers nothing, and events stay pending. */
  readonly bus: EventBus;
  close(): Promise<void>;
}

/**
 * Opens the data in `dir` for one command: on the database of the fleet that runs on it, else on one
 * started for the command. Throws DataInUseError if another command does not finish in time, or if
 * the fleet does not answer, and DataUnusableError, also when it is closed, if the disk does not keep
 * the data. The process forgets its AWS settings: they are not for local data.
 */
export async function openLocalData(dir: string): Promise<LocalData> {
  dropAwsSettings(process.env);
  const found = await findFleet(dir);
  if (found.kind === "answers") return openBeside(found.runtime);
  try {
    return await openAlone(dir);
  } catch (error) {
    if (!(error instanceof DataInUseError)) throw error;
    if (found.kind === "silent") throw new DataInUseError(silentSentence(dir, found.runtime));
    // A fleet may have started between the look at the runtime file and the lock.
    const meanwhile = await findFleet(dir);
    if (meanwhile.kind === "answers") return openBeside(meanwhile.runtime);
    throw error;
  }
}

function openBeside(runtime: Runtime): LocalData {
  const { database: endpoint, fleet } = runtime;
  const client = localClient(endpoint, fleet.home, accessKeyOf(runtime));
  return { endpoint, fleet, client, bus: busOf(runtime), close: async () => client.destroy() };
}

async function openAlone(dir: string): Promise<LocalData> {
  keepPrivate(dir);
  const unkept = { reason: "" };
  // A request that the thread does not survive fails, and so does its command.
  const server = await startDatabasePatiently({
    dir,
    accessKey: ACCESS_KEY,
    warn: () => undefined,
    disk: {
      failed: (_what, error) => {
        unkept.reason = diskReason(error);
      },
      worked: () => {
        unkept.reason = "";
      },
    },
  });
  const fleet = readFleet(dir) ?? defaultFleet();
  const runtime = { role: "command", database: server.endpoint, events: null, fleet } as const;
  rememberRuntime(dir, runtime);
  const client = localClient(server.endpoint, fleet.home, ACCESS_KEY);
  await createTables(client, fleet);
  return {
    endpoint: server.endpoint,
    fleet,
    client,
    bus: busOf(runtime),
    close: async () => {
      client.destroy();
      forgetRuntime(dir);
      await server.close();
      const { reason } = unkept;
      if (reason !== "")
        throw new DataUnusableError(`The data can't be kept in ${dir}: ${reason}.`);
    },
  };
}

function busOf(runtime: Omit<Runtime, "pid">): EventBus {
  const { fleet, events } = runtime;
  if (events === null) return { publish: async () => ({ delivered: [], failed: [] }) };
  return localBus(fleet, events, accessKeyOf(runtime));
}
