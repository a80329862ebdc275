import type { SecretReference } from "../../../shared/task/task.ts";
import { type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { SecretError, type SecretReader } from "../../ports/secret-reader.ts";

/** A secret is read anew after this, so that one that was replaced is noticed before it is needed. */
const LONGEST_KEPT_MS: DurationMs = HOUR_MS;

/** One secret is read no more often than this, whatever fails. */
const LEAST_PAUSE_MS: DurationMs = MINUTE_MS;

const LONGEST_READ_MS: DurationMs = 2 * SECOND_MS;

/** Codes that say nothing of the secret: what was read before still counts. */
const PASSING: readonly string[] = [
  "NO_ANSWER",
  "ThrottlingException",
  "InternalServiceError",
  "InternalServerError",
];

/** How a secret is read, and by what clock it is kept. */
export interface Keeping {
  /** Rejects with a `SecretError`. */
  readonly readNow: (reference: SecretReference) => Promise<string>;
  readonly monotonic: () => DurationMs;
}

/** What is known of one secret. */
interface Kept {
  readonly readAtMs: DurationMs;
  /** What its last read gives, or will give. */
  text: Promise<string>;
  isDoubted: boolean;
}

/** Secrets that were read, in the memory of this process and nowhere else. */
export class KeptSecrets implements SecretReader {
  readonly #keeping: Keeping;
  readonly #kept = new Map<SecretReference, Kept>();

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  read(reference: SecretReference): Promise<string> {
    const kept = this.#kept.get(reference);
    if (kept !== undefined && !this.#isDue(kept)) return kept.text;
    const { readNow, monotonic } = this.#keeping;
    const readAtMs = monotonic();
    const whole = readNow(reference);
    const reading = inTime(reference, whole);
    const text = kept === undefined ? reading : reading.catch((error) => orBefore(error, kept));
    const fresh: Kept = { readAtMs, text, isDoubted: false };
    this.#kept.set(reference, fresh);
    // A failure is told to all who ask within the pause, and then it is read again.
    reading.catch(() => {
      fresh.isDoubted = true;
      whole.then(
        () => this.#keepLate(fresh, whole),
        () => undefined,
      );
    });
    return text;
  }

  doubt(reference: SecretReference): void {
    const kept = this.#kept.get(reference);
    if (kept !== undefined) kept.isDoubted = true;
  }

  /** What comes too late for those who asked is there for the next ones: a process may be slow to begin. */
  #keepLate(fresh: Kept, whole: Promise<string>): void {
    fresh.text = whole;
    fresh.isDoubted = false;
  }

  #isDue({ readAtMs, isDoubted }: Kept): boolean {
    const ageMs = this.#keeping.monotonic() - readAtMs;
    return ageMs >= (isDoubted ? LEAST_PAUSE_MS : LONGEST_KEPT_MS);
  }
}

function orBefore(error: unknown, kept: Kept): Promise<string> {
  const isPassing = error instanceof SecretError && PASSING.includes(error.code);
  return isPassing ? kept.text : Promise.reject(error);
}

async function inTime(reference: SecretReference, reading: Promise<string>): Promise<string> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new SecretError(reference, "NO_ANSWER")),
    LONGEST_READ_MS,
  );
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
