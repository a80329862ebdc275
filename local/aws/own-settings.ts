import { devNull } from "node:os";
import { SECRET_ENDPOINTS } from "../../shared/contract.ts";

/** With these variables the AWS SDK reads no file of the user and asks no instance. */
export const NO_AWS_FILES = {
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
} as const;

/** What remains: where a server on the user's side keeps secrets. */
const KEPT: readonly string[] = Object.values(SECRET_ENDPOINTS);

/**
 * Removes the user's AWS settings from an environment. SDK clients that are made afterwards take none
 * of them: neither FIPS or dual-stack endpoints nor a profile, a region, retries or credentials.
 */
export function dropAwsSettings(environment: Record<string, string | undefined>): void {
  for (const name of Object.keys(environment)) {
    if (name.toUpperCase().startsWith("AWS_") && !KEPT.includes(name)) delete environment[name];
  }
  Object.assign(environment, NO_AWS_FILES);
}
