import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient, GIVING_WAY } from "../../functions/adapters/dynamodb/dynamodb.ts";
import {
  createEventBridgeClient,
  createEventBus,
} from "../../functions/adapters/eventbridge/eventbridge.ts";
import type { EventBus } from "../../functions/ports/event-bus.ts";
import {
  DataInUseError,
  DataUnusableError,
  isDataDir,
  openLocalData,
} from "../../local/aws/local-data.ts";
import { busName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import type { Call } from "../command/command.ts";
import { CliError } from "../command/errors.ts";
import { placeOf } from "./fleet-options.ts";

/** A fleet on this machine or on AWS, with clients for its tables and its bus. */
export interface OpenFleet {
  readonly fleet: Fleet;
  readonly clientFor: (region: RegionName) => DynamoDBClient;
  readonly bus: EventBus;
}

interface ClosableFleet extends OpenFleet {
  close(): Promise<void>;
}

/** Opens the fleet that a call names, and closes it after `use`, also if that throws. */
export async function withFleet<T>(call: Call, use: (open: OpenFleet) => Promise<T>): Promise<T> {
  const place = placeOf(call);
  const open = place.kind === "aws" ? openAws(place.fleet) : await openLocal(place.dir);
  try {
    return await use(open);
  } finally {
    await open.close().catch(explain);
  }
}

async function openLocal(dir: string): Promise<ClosableFleet> {
  if (!isDataDir(dir)) {
    throw new CliError(
      `There is no local data in ${dir}. Run npm start first, name its folder with --data DIR, or use --aws for a fleet on AWS.`,
    );
  }
  try {
    const { fleet, client, bus, close } = await openLocalData(dir);
    return { fleet, clientFor: () => client, bus, close };
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): never {
  const isExpected = error instanceof DataInUseError || error instanceof DataUnusableError;
  throw isExpected ? new CliError(error.message) : error;
}

function openAws(fleet: Fleet): ClosableFleet {
  const clients = new Map<RegionName, DynamoDBClient>();
  return {
    fleet,
    clientFor: (region) => {
      const client = clients.get(region) ?? createDynamoDbClient(region, {}, GIVING_WAY);
      clients.set(region, client);
      return client;
    },
    bus: createEventBus(createEventBridgeClient(fleet.home), busName(fleet.name)),
    close: async () => {
      for (const client of clients.values()) client.destroy();
    },
  };
}
