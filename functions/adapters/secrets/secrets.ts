export { NO_SECRETS } from "./no-secrets.ts";
export { openSecrets } from "./open-secrets.ts";
