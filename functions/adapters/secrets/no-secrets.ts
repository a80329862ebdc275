import { SecretError, type SecretReader } from "../../ports/secret-reader.ts";

/** For a probe without tasks of its own: every reference is refused. */
export const NO_SECRETS: SecretReader = {
  read: (reference) => Promise.reject(new SecretError(reference, "NOT_CONFIGURED")),
  doubt: () => undefined,
};
