import { existsSync } from "node:fs";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";
import {
  createEventBridgeClient,
  createEventBus,
} from "../../functions/adapters/eventbridge/eventbridge.ts";
import type { EventBus } from "../../functions/ports/event-bus.ts";
import { openLocalDatabase } from "../../local/aws/database.ts";
import { LOCAL_CREDENTIALS } from "../../local/aws/local-client.ts";
import { readRuntime } from "../../local/fleet/runtime-file.ts";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import { type Call, CliError } from "../command/command.ts";
import { placeOf } from "./fleet-options.ts";

/** A fleet within reach, on this machine or on AWS. */
export interface OpenFleet {
  readonly fleet: Fleet;
  readonly clientFor: (region: RegionName) => DynamoDBClient;
  readonly bus: EventBus;
}

interface ClosableFleet extends OpenFleet {
  close(): Promise<void>;
}

/** Opens the fleet that a call names, and closes it again whatever happens. */
export async function withFleet<T>(call: Call, use: (open: OpenFleet) => Promise<T>): Promise<T> {
  const place = placeOf(call);
  const open = place.kind === "aws" ? openAws(place.fleet) : await openLocal(place.dir);
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}

async function openLocal(dir: string): Promise<ClosableFleet> {
  if (!existsSync(dir)) {
    throw new CliError(
      `There is no local data in ${dir}. Run npm start first, name its folder with --data DIR, or use --aws for a fleet on AWS.`,
    );
  }
  const { fleet, client, close } = await openLocalDatabase(dir);
  const events = readRuntime(dir)?.events ?? null;
  return { fleet, clientFor: () => client, bus: localBus(fleet, events), close };
}

// Nobody hears an event while no fleet runs: it is put off, stays owed, and the next plan sends it.
function localBus(fleet: Fleet, endpoint: string | null): EventBus {
  if (endpoint === null) return { publish: async () => ({ delivered: [], failed: [] }) };
  const config = { endpoint, credentials: LOCAL_CREDENTIALS };
  return createEventBus(createEventBridgeClient(fleet.home, config), busName(fleet.name));
}

function openAws(fleet: Fleet): ClosableFleet {
  const clients = new Map<RegionName, DynamoDBClient>();
  return {
    fleet,
    clientFor: (region) => {
      const client = clients.get(region) ?? createDynamoDbClient(region);
      clients.set(region, client);
      return client;
    },
    bus: createEventBus(createEventBridgeClient(fleet.home), busName(fleet.name)),
    close: async () => {
      for (const client of clients.values()) client.destroy();
    },
  };
}
