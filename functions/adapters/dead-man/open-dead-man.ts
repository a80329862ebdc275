import { ANY_SECRET, ENV } from "../../../shared/contract.ts";
import type { DeadMan } from "../../ports/dead-man.ts";
import { openSecrets, type SecretsSetup } from "../secrets/secrets.ts";
import { type DeadManPlace, deadManAt } from "./tell-url.ts";

/** Opens the dead man of a deployment; of all secrets it may read the one that holds the URL. */
export function openDeadMan(
  setup: SecretsSetup,
  { place, method }: Pick<DeadManPlace, "place" | "method">,
): DeadMan {
  const isOneMachine = setup.environment[ENV.secrets] === ANY_SECRET;
  const environment = isOneMachine
    ? setup.environment
    : { ...setup.environment, [ENV.secrets]: place };
  const secrets = openSecrets({ ...setup, environment });
  return deadManAt({ place, method, isOneMachine, secrets });
}
