import type { SecretsSetup } from "../adapters/secrets/secrets.ts";
import type { SecretReader } from "../ports/secret-reader.ts";

/** Secrets whose reader is made when the first one is asked for: nothing but the phases does that. */
export function lateSecrets(setup: SecretsSetup): SecretReader {
  let opening: Promise<SecretReader> | null = null;
  return {
    read: async (reference) => {
      opening ??= import("#phases").then(({ openSecrets }) => openSecrets(setup));
      return (await opening).read(reference);
    },
    // What was not read needs no doubt.
    doubt: (reference) => void opening?.then((reader) => reader.doubt(reference)),
  };
}
