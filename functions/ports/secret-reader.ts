import type { SecretReference } from "../../shared/task/task.ts";

/** A secret can't be read; the message never holds one. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  /** Why, as a constant of its source, e.g. `AccessDeniedException` or `ENOENT`. */
  readonly code: string;

  constructor(reference: SecretReference, code: string) {
    super(`${reference} can't be read: ${code}`);
    this.code = code;
  }
}

/** Reads private material by its reference. It is never logged, stored or shown. */
export interface SecretReader {
  /** The text behind a reference, from memory if it was read before; rejects with a `SecretError`. */
  read(reference: SecretReference): Promise<string>;
  /** A check that used it has failed: it is read anew the next time, but not more than once a minute. */
  doubt(reference: SecretReference): void;
}
