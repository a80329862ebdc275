import type { DurationMs } from "../../../../shared/units.ts";
import { SecretError } from "../../../ports/secret-reader.ts";
import type { Session } from "../session/session.ts";
import { labelBytes } from "./labels.ts";

/** `${label}` or `${secretsmanager:NAME}`; what else stands in braces is text. */
const PLACE = /\$\{(\w+|(?:secretsmanager|ssm|file):[^}]+)\}/;

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
    // Every second part is what the capturing group found.
    const parts = text.split(PLACE).map((part, index) => ({ part, isPlace: index % 2 === 1 }));
    const filled: Buffer[] = [];
    for (const { part, isPlace } of parts) {
      filled.push(isPlace ? await this.#replace(part) : Buffer.from(part));
    }
    return Buffer.concat(filled);
  }

  async #replace(name: string): Promise<Buffer> {
    if (name.includes(":")) return Buffer.from(await this.#readSecret(name));
    const label = labelBytes(this.#session, name);
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
