export { NO_SECRETS } from "./no-secrets.ts";
export { openSecrets, type SecretsSetup } from "./open-secrets.ts";
