import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { startEventEndpoint, type TakeEvent } from "../events/event-endpoint.ts";
import { createTables } from "./create-tables.ts";
import { localClient, startDatabasePatiently } from "./database.ts";
import { ACCESS_KEY, forgetRuntime, rememberRuntime } from "./runtime-file.ts";

/** The URLs at which the embedded AWS answers, and the access key that it wants. */
export interface LocalEndpoints {
  readonly accessKey: string;
  readonly database: string;
  readonly events: string;
}

/** The parts of AWS that the functions need, on this machine: DynamoDB and EventBridge. */
export interface EmbeddedAws {
  readonly client: DynamoDBClient;
  readonly endpoints: LocalEndpoints;
  close(): Promise<void>;
}

/** What the embedded AWS is started with. */
export interface EmbeddedAwsSetup {
  readonly dataDir: string;
  readonly fleet: Fleet;
  readonly onEvent: TakeEvent;
  /** Tells the user that the database's thread failed, and that it runs again. */
  readonly warn: (sentence: string) => void;
}

/** Starts the database with all tables and the event endpoint, and writes their URLs and the access key to the data's runtime file. */
export async function startEmbeddedAws(setup: EmbeddedAwsSetup): Promise<EmbeddedAws> {
  const { dataDir, fleet, warn } = setup;
  const accessKey = ACCESS_KEY;
  const database = await startDatabasePatiently({ dir: dataDir, accessKey, warn });
  const client = localClient(database.endpoint, fleet.home, accessKey);
  await createTables(client, fleet);
  const place = { bus: busName(fleet.name), region: fleet.home, accessKey };
  const events = await startEventEndpoint(place, setup.onEvent);
  const endpoints = { database: database.endpoint, events: events.endpoint };
  rememberRuntime(dataDir, { role: "fleet", ...endpoints, fleet });
  return {
    client,
    endpoints: { ...endpoints, accessKey },
    close: async () => {
      forgetRuntime(dataDir);
      await events.close();
      client.destroy();
      await database.close();
    },
  };
}
