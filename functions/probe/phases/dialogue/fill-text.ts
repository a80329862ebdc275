import { type TemplatePart, templateParts } from "../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../shared/units.ts";
import { SecretError } from "../../../ports/secret-reader.ts";
import type { Session } from "../session/session.ts";
import { labelBytes } from "./labels.ts";

/** A text names a label that no step before it captures. */
export class LabelError extends Error {
  override readonly name = "LabelError";
}

/** Texts of a dialogue with what stands in for their labels and references. */
export class TextFiller {
  readonly #session: Session;
  readonly #endMs: DurationMs;
  /** References that were read. */
  readonly used = new Set<string>();

  constructor(session: Session, endMs: DurationMs) {
    this.#session = session;
    this.#endMs = endMs;
  }

  /** The bytes to send. What is put in stays as it is, whatever it contains. Throws a `SecretError` or a `LabelError`. */
  async fill(text: string): Promise<Buffer> {
    const filled: Buffer[] = [];
    for (const part of templateParts(text)) filled.push(await this.#bytesOf(part));
    return Buffer.concat(filled);
  }

  async #bytesOf(part: TemplatePart): Promise<Buffer> {
    if (part.kind === "text") return Buffer.from(part.text);
    if (part.kind === "secret") return Buffer.from(await this.#readSecret(part.reference));
    const label = labelBytes(this.#session, part.label);
    if (label === undefined) throw new LabelError("A step sends a label that was not captured");
    return label;
  }

  async #readSecret(reference: string): Promise<string> {
    const { secrets, secretsUsed } = this.#session;
    this.used.add(reference);
    const secret = await this.#inTime(secrets.read(reference));
    if (secret === null) throw new SecretError(reference, "ETIMEDOUT");
    secretsUsed.add(secret);
    return secret;
  }

  async #inTime<T>(work: Promise<T>): Promise<T | null> {
    const { clock } = this.#session;
    const over = new AbortController();
    const late = clock.sleep(this.#endMs - clock.monotonic(), over.signal);
    try {
      return await Promise.race([work, late.then(() => null)]);
    } finally {
      over.abort();
    }
  }
}
