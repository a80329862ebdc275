import { devNull } from "node:os";
import { busName, ENV } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import { LOCAL_CREDENTIALS } from "../aws/local-client.ts";

/** Where the embedded AWS answers. */
export interface LocalEndpoints {
  readonly database: string;
  readonly events: string;
}

/** Beside the public internet a machine may watch itself and its private networks. */
const LOCAL_CIDRS = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "::1/128",
  "fc00::/7",
];

/** As much as one full CPU on Lambda; the probe paces itself by it. */
const MEMORY_MB = 1_769;

/**
 * All that a function sees of its environment. Nothing of the user's own is passed on: neither
 * credentials nor a profile could reach AWS from here.
 */
export function functionEnvironment(
  fleet: Fleet,
  region: RegionName,
  endpoints: LocalEndpoints,
): Record<string, string> {
  const ipv6 = fleet.regions.some((entry) => entry.name === region && entry.ipv6);
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.database,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.events,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB),
    [ENV.fleet]: fleet.name,
    [ENV.home]: fleet.home,
    [ENV.regions]: JSON.stringify(fleet.regions),
    [ENV.bus]: busName(fleet.name),
    [ENV.allowedCidrs]: LOCAL_CIDRS.join(","),
    [ENV.ipv6]: String(ipv6),
  };
}
