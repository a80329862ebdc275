import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { LocalEndpoints } from "../fleet/function-environment.ts";
import { forgetRuntime, rememberRuntime } from "../fleet/runtime-file.ts";
import { createTables } from "./create-tables.ts";
import { startDatabasePatiently } from "./database.ts";
import { startEventEndpoint, type TakeEvent } from "./event-endpoint.ts";
import { localClient } from "./local-client.ts";

/** The parts of AWS that the functions need, on this machine. */
export interface EmbeddedAws {
  readonly client: DynamoDBClient;
  readonly endpoints: LocalEndpoints;
  close(): Promise<void>;
}

export interface EmbeddedAwsSetup {
  readonly dataDir: string;
  readonly fleet: Fleet;
  readonly onEvent: TakeEvent;
  /** The database failed: nothing can go on. */
  readonly onFailure: (error: unknown) => void;
}

/** Starts the database with all tables and the event endpoint, and says in the data where they are. */
export async function startEmbeddedAws(setup: EmbeddedAwsSetup): Promise<EmbeddedAws> {
  const { dataDir, fleet } = setup;
  const database = await startDatabasePatiently(dataDir, setup.onFailure);
  const client = localClient(database.endpoint, fleet.home);
  await createTables(client, fleet);
  const place = { bus: busName(fleet.name), region: fleet.home };
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
