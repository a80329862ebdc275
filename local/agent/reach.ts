import type { Clock } from "../../functions/probe/probe.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";

/** A term is acquired this long before it begins, so a question may take as long without a late check. */
const PATIENCE_MS: DurationMs = 1.5 * SECOND_MS;

/** While AWS is away, it is asked again this often. */
export const ASK_AGAIN_MS: DurationMs = 10 * SECOND_MS;

/** AWS does not answer, or refuses; the cause is the first error that said so. */
class UnreachedError extends Error {
  override readonly name = "UnreachedError";
}

/** Whether AWS can be reached. While it can't, nothing waits for it. */
export class Reach {
  readonly #clock: Clock;
  readonly #changed: (lostAtMs: EpochMs) => void;
  #lost: { readonly atMs: EpochMs; readonly why: unknown } | null = null;
  #askedAtMs: DurationMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, changed: (lostAtMs: EpochMs) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Since when, and why, as a sentence; null while it can be reached. */
  get lost(): { readonly atMs: EpochMs; readonly why: string } | null {
    if (this.#lost === null) return null;
    const { atMs, why } = this.#lost;
    return { atMs, why: why instanceof Error ? `${why.name}: ${why.message}` : String(why) };
  }

  /**
   * Asks AWS. Rejects at once while it is away, but for one question every ten seconds, and after a
   * second and a half without an answer: what was asked may be done all the same.
   */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#lost !== null && !this.#isTimeToAsk()) throw this.#error();
    this.#askedAtMs = this.#clock.monotonic();
    const done = new AbortController();
    const late = this.#clock.sleep(PATIENCE_MS, done.signal).then(() => {
      throw new Error(`No answer within ${PATIENCE_MS} ms`);
    });
    late.catch(() => undefined);
    try {
      const answer = await Promise.race([question(), late]);
      this.#found();
      return answer;
    } catch (error) {
      this.lose(error);
      throw this.#error();
    } finally {
      done.abort();
    }
  }

  /** Is told of a request that failed beside those that are asked here. */
  lose(why: unknown): void {
    if (this.#lost !== null) return;
    const atMs = this.#clock.now();
    this.#lost = { atMs, why };
    this.#changed(atMs);
  }

  #found(): void {
    if (this.#lost === null) return;
    const { atMs } = this.#lost;
    this.#lost = null;
    this.#changed(atMs);
  }

  #isTimeToAsk(): boolean {
    return this.#clock.monotonic() - this.#askedAtMs >= ASK_AGAIN_MS;
  }

  #error(): UnreachedError {
    return new UnreachedError("Home can't be reached", { cause: this.#lost?.why });
  }
}
