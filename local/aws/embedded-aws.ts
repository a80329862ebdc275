import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBus } from "../../functions/ports/event-bus.ts";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { type DiskWatch, diskReason } from "../disk/disk-report.ts";
import { startEventEndpoint, type TakeEvent } from "../events/event-endpoint.ts";
import { createTables } from "./create-tables.ts";
import { localClient, startDatabasePatiently } from "./database.ts";
import { startFunctionEndpoint, type TakeInvocation } from "./function-endpoint.ts";
import { localBus } from "./local-bus.ts";
import { patiently } from "./patience.ts";
import { ACCESS_KEY, forgetRuntime, rememberRuntime } from "./runtime-file.ts";

/** The URLs at which the embedded AWS answers, and the access key that it wants. */
export interface LocalEndpoints {
  readonly accessKey: string;
  readonly database: string;
  readonly events: string;
  readonly functions: string;
}

/** The parts of AWS that the functions need, on this machine: DynamoDB, EventBridge and Lambda. */
export interface EmbeddedAws {
  readonly client: DynamoDBClient;
  readonly endpoints: LocalEndpoints;
  /** The bus at the event endpoint. */
  readonly bus: EventBus;
  /** Tells other processes where the fleet's page is. */
  tellPage(url: string): void;
  close(): Promise<void>;
}

/** What the embedded AWS is started with. */
export interface EmbeddedAwsSetup {
  readonly dataDir: string;
  readonly fleet: Fleet;
  readonly onEvent: TakeEvent;
  readonly onInvocation: TakeInvocation;
  /** Tells the user that the database's thread failed, and that it runs again. */
  readonly warn: (sentence: string) => void;
  /** Is told whether the disk keeps the data. */
  readonly disk: DiskWatch;
}

/** Starts the database with all tables, the event and the function endpoint, and writes their URLs and the access key to the data's runtime file. */
export async function startEmbeddedAws(setup: EmbeddedAwsSetup): Promise<EmbeddedAws> {
  const { dataDir, fleet, warn, disk } = setup;
  const accessKey = ACCESS_KEY;
  const remember = { now: (): void => undefined };
  const database = await startDatabasePatiently({
    ...{ dir: dataDir, accessKey, warn },
    disk: {
      failed: disk.failed,
      worked: (what) => {
        // The folder may be a new one.
        remember.now();
        disk.worked(what);
      },
    },
  });
  const client = localClient(database.endpoint, fleet.home, accessKey);
  await patiently("The tables are not there yet", () => createTables(client, fleet), {
    note: warn,
  });
  const place = { bus: busName(fleet.name), region: fleet.home, accessKey };
  const events = await startEventEndpoint(place, setup.onEvent);
  const functions = await startFunctionEndpoint(accessKey, setup.onInvocation);
  const endpoints = {
    database: database.endpoint,
    events: events.endpoint,
    functions: functions.endpoint,
  };
  const runtime: { page?: string } = {};
  const whole = () => ({ role: "fleet", ...endpoints, ...runtime, fleet }) as const;
  rememberRuntime(dataDir, whole());
  remember.now = () => rememberAgain(dataDir, whole(), warn);
  return {
    client,
    endpoints: { ...endpoints, accessKey },
    bus: localBus(fleet, events.endpoint, accessKey),
    tellPage: (url) => {
      runtime.page = url;
      remember.now();
    },
    close: async () => {
      forgetRuntime(dataDir);
      await functions.close();
      await events.close();
      client.destroy();
      await database.close();
    },
  };
}

function rememberAgain(
  dataDir: string,
  runtime: Parameters<typeof rememberRuntime>[1],
  warn: (sentence: string) => void,
): void {
  try {
    rememberRuntime(dataDir, runtime);
  } catch (error) {
    warn(`Commands can't find this run: ${diskReason(error)}.`);
  }
}
