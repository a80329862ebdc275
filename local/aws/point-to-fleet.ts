import { localCredentials } from "../guard/access-key.ts";
import { dropAwsSettings } from "./own-settings.ts";
import type { RunningFleet } from "./running-fleet.ts";

/** The SDK asks again for credentials that are over, at each request, so that it has those of now. */
const OVER = new Date(0).toISOString();

/** Nothing answers on this machine's discard port. */
const NOWHERE = "http://127.0.0.1:9";

/** Points the AWS settings of this process nowhere, until a fleet on this machine runs. */
export function pointToNoFleet(): void {
  pointToFleet({ database: NOWHERE, functions: NOWHERE, credentials: localCredentials("none") });
}

/**
 * Points the AWS settings of this process to a fleet on this machine, instead of the user's. Its next
 * start has other ports and another key: then it is called again.
 */
export function pointToFleet({
  database,
  functions,
  credentials,
}: Pick<RunningFleet, "database" | "functions" | "credentials">): void {
  dropAwsSettings(process.env);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CREDENTIAL_EXPIRATION: OVER,
    AWS_ENDPOINT_URL_DYNAMODB: database,
    ...(functions !== null && { AWS_ENDPOINT_URL_LAMBDA: functions }),
  });
}
