import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { startEventEndpoint, type TakeEvent } from "../events/event-endpoint.ts";
import { createTables } from "./create-tables.ts";
import { localClient, startDatabasePatiently } from "./database.ts";
import { forgetRuntime, RUN, rememberRuntime } from "./runtime-file.ts";

/** The URLs at which the embedded AWS answers. */
export interface LocalEndpoints {
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
  /** Called if the database fails; the fleet can't go on without it. */
  readonly onFailure: (error: unknown) => void;
}

/** Starts the database with all tables and the event endpoint, and writes their URLs to the data's runtime file. */
export async function startEmbeddedAws(setup: EmbeddedAwsSetup): Promise<EmbeddedAws> {
  const { dataDir, fleet } = setup;
  const database = await startDatabasePatiently(dataDir, setup.onFailure);
  const client = localClient(database.endpoint, fleet.home);
  await createTables(client, fleet);
  const place = { bus: busName(fleet.name), region: fleet.home, run: RUN };
  const events = await startEventEndpoint(place, setup.onEvent);
  const endpoints = { database: database.endpoint, events: events.endpoint };
  rememberRuntime(dataDir, { role: "fleet", ...endpoints, fleet });
  return {
    client,
    endpoints,
    close: async () => {
      forgetRuntime(dataDir);
      await events.close();
      client.destroy();
      await database.close();
    },
  };
}
