import { ANY_SECRET, ENV, SECRET_ENDPOINTS } from "../../../shared/contract.ts";
import type { SecretReference } from "../../../shared/task/task.ts";
import type { DurationMs, RegionName } from "../../../shared/units.ts";
import { SecretError, type SecretReader } from "../../ports/secret-reader.ts";
import type { SignedSender } from "../signed-request/signed-request.ts";
import { KeptSecrets } from "./kept-secrets.ts";
import { AwsSecrets } from "./read-aws.ts";
import { readSecretFile } from "./read-file.ts";

/** Where secrets are read, and by what clock they are kept. */
export interface SecretsSetup {
  readonly region: RegionName;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly monotonic: () => DurationMs;
  /** Handed over, because it is most of the code and the function has it anyway. */
  readonly sender: Pick<SignedSender, "send">;
}

/**
 * The secrets that the deployment lists in `ENV.secrets`; everything else is refused without a
 * request. On one machine, whose owner writes the tasks, each may be read, also from a file; but from
 * AWS only at an endpoint that is set, because the process has no credentials of its own.
 */
export function openSecrets(setup: SecretsSetup): SecretReader {
  const { region, environment, monotonic, sender } = setup;
  const list = environment[ENV.secrets] ?? "";
  const isOneMachine = list === ANY_SECRET;
  const listed = new Set(list.split(",").filter((entry) => entry !== ""));
  const aws = new AwsSecrets(sender, region, {
    secretsmanager: environment[SECRET_ENDPOINTS.secretsmanager],
    ssm: environment[SECRET_ENDPOINTS.ssm],
  });
  const refusalOf = (reference: SecretReference): string | null => {
    if (isOneMachine) return isFile(reference) || aws.hasEndpoint(reference) ? null : "NO_ENDPOINT";
    if (isFile(reference)) return "FILE_NOT_ALLOWED";
    if (listed.size === 0) return "NOT_CONFIGURED";
    return listed.has(reference) ? null : "NOT_LISTED";
  };
  const readNow = (reference: SecretReference) =>
    isFile(reference) ? readSecretFile(reference) : aws.read(reference);
  const kept = new KeptSecrets({ readNow, monotonic });
  return {
    read: (reference) => {
      const code = refusalOf(reference);
      return code === null
        ? kept.read(reference)
        : Promise.reject(new SecretError(reference, code));
    },
    doubt: (reference) => kept.doubt(reference),
  };
}

function isFile(reference: SecretReference): boolean {
  return reference.startsWith("file:");
}
