import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { connectServices, type ProbeServices } from "../../functions/probe/probe.ts";
import { SECRET_ENDPOINTS } from "../../shared/contract.ts";
import type { RegionName } from "../../shared/units.ts";

/** Variables of the SDK's own: where these services are, instead of their endpoints in each region. */
const DYNAMODB = "AWS_ENDPOINT_URL_DYNAMODB";
const LAMBDA = "AWS_ENDPOINT_URL_LAMBDA";

/** Where an agent's home is, and what the agent has of a probe function. */
export interface HomeSetup {
  readonly home: RegionName;
  /**
   * Points the AWS settings of this process to a fleet on this machine, which may have started again.
   * AWS itself stays where it is.
   */
  readonly findHome?: () => Promise<void>;
  /** The variables of a probe function that are set, by the names of `ENV`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
}

/** A client for the tables at home. That of a fleet on this machine goes where the fleet is at the moment. */
export function connectTables({ home, findHome }: HomeSetup): DynamoDBClient {
  if (findHome === undefined) return createDynamoDbClient(home);
  const endpoint = async () => ({ url: new URL(process.env[DYNAMODB] ?? "") });
  return createDynamoDbClient(home, { endpoint });
}

/** What a probe needs, with the way for hints, and secrets, that are at home. */
export function connectHome({ home, environment, stop }: HomeSetup): ProbeServices {
  const own = {
    ...environment,
    AWS_REGION: home,
    // A server on the user's side may keep the secrets.
    ...Object.fromEntries(Object.values(SECRET_ENDPOINTS).map((name) => [name, process.env[name]])),
    get [LAMBDA]() {
      return process.env[LAMBDA];
    },
  };
  return connectServices(own, stop);
}
