import { MOST_TURNS, type Turn } from "../../../shared/request/request.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { Clock } from "../timing/timing.ts";

/** However many tasks turn, a shard flushes and hints at most this often. */
const EVERY_MS: DurationMs = SECOND_MS;

/** What turns in one moment is flushed together. */
const GATHER_MS: DurationMs = 100;

/** How long an invocation waits in the end for hints that are under way. */
const HINT_GRACE_MS: DurationMs = 2 * SECOND_MS;

/** What the teller works with. */
export interface HomeTellerSetup {
  readonly clock: Clock;
  /** Begins to store all results that are complete. */
  readonly flush: () => void;
  /** Sends a hint to home, null if it is to look whatever turned. It may fail; then home looks a little later. */
  readonly hint: (turns: readonly Turn[] | null) => Promise<unknown>;
}

/** Gets results to home within a second: it flushes them, and hints once they are stored. */
export class HomeTeller {
  readonly #setup: HomeTellerSetup;
  readonly #over = new AbortController();
  readonly #flushes: AtMostEachSecond;
  readonly #hints: AtMostEachSecond;
  readonly #sent: Promise<unknown>[] = [];
  /** What home is to know of as soon as it is stored, and what turned by it. */
  readonly #waiting = new Map<ProbeResult, Turn | null>();
  /** Of what is stored, for the next hint. */
  #turns: (Turn | null)[] = [];

  constructor(setup: HomeTellerSetup) {
    this.#setup = setup;
    const { clock, flush } = setup;
    const over = this.#over.signal;
    this.#flushes = new AtMostEachSecond({ clock, over, delayMs: GATHER_MS, act: flush });
    this.#hints = new AtMostEachSecond({ clock, over, delayMs: 0, act: this.#hint });
  }

  /** Gets a result, which the next flush has, to home; null if home needs it whatever others say. */
  readonly tell = (result: ProbeResult, turn: Turn | null): void => {
    this.#waiting.set(result, turn);
    this.#flushes.want();
  };

  /** Stores what there is, without a hint. */
  readonly storeSoon = (): void => this.#flushes.want();

  /** Is told of results that are stored: a hint before its results would be useless. */
  stored(results: readonly ProbeResult[]): void {
    if (this.#waiting.size === 0) return;
    const told = results.filter((result) => this.#waiting.has(result));
    for (const result of told) {
      this.#turns.push(this.#waiting.get(result) ?? null);
      this.#waiting.delete(result);
    }
    if (told.length > 0) this.#hints.want();
  }

  /** Sends what is due at once, and waits for it, but not for long. */
  async finish(): Promise<void> {
    this.#over.abort();
    // What waited for its second acts now.
    await Promise.resolve();
    if (this.#sent.length === 0) return;
    const done = new AbortController();
    const grace = this.#setup.clock.sleep(HINT_GRACE_MS, done.signal);
    await Promise.race([Promise.all(this.#sent), grace]);
    done.abort();
  }

  readonly #hint = (): void => {
    const turns = this.#turns.filter((turn) => turn !== null);
    const isNamed = turns.length === this.#turns.length && turns.length <= MOST_TURNS;
    this.#turns = [];
    this.#sent.push(this.#setup.hint(isNamed ? turns : null).catch(() => undefined));
  };
}

/** What is done, and when. */
interface Pace {
  readonly clock: Clock;
  /** Aborted, it waits no more. */
  readonly over: AbortSignal;
  readonly delayMs: DurationMs;
  readonly act: () => void;
}

/** Acts a little after it is wanted, and at most once a second. */
class AtMostEachSecond {
  readonly #pace: Pace;
  #actedAtMs = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  want(): void {
    if (this.#isWaiting) return;
    const { clock, over, delayMs } = this.#pace;
    const leftMs = Math.max(delayMs, this.#actedAtMs + EVERY_MS - clock.monotonic());
    this.#isWaiting = leftMs > 0 && !over.aborted;
    if (this.#isWaiting) void clock.sleep(leftMs, over).then(() => this.#act());
    else this.#act();
  }

  #act(): void {
    this.#isWaiting = false;
    this.#actedAtMs = this.#pace.clock.monotonic();
    this.#pace.act();
  }
}
