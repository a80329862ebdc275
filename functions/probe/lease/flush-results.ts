import { once } from "node:events";
import type { ChunkNotes } from "../../../shared/chunk/chunk.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { firstInstantFrom } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { ChunkStore, StoredChunk } from "../../ports/chunk-store.ts";
import { type Clock, sleepUntil } from "../timing/timing.ts";

/** Flushes are at :06, :21, :36 and :51 of each minute, after the last timeouts of a minute. */
const FLUSH_EVERY_MS: DurationMs = 15 * SECOND_MS;
const FLUSH_PHASE_MS: DurationMs = 6 * SECOND_MS;

const FIRST_RETRY_MS: DurationMs = 250;
const LONGEST_RETRY_MS: DurationMs = 5 * SECOND_MS;

/** How long an invocation goes on after its last check to store what is not stored yet. */
export const FLUSH_GRACE_MS: DurationMs = 8 * SECOND_MS;

/** The same for a process that is told to end. */
export const STOP_GRACE_MS: DurationMs = 2 * SECOND_MS;

/** Chunks that are kept for the next term if the store is away: ten minutes of flushes. */
export const MOST_UNSTORED = 40;

/** What a flusher works with. */
export interface FlushSetup {
  /** What all chunks of the term have in common. */
  readonly term: Pick<StoredChunk, "shard" | "bundle" | "termFromMs" | "plan">;
  /** The number of the first part; each flush has the next one. */
  readonly firstPart: number;
  readonly results: ChunkStore;
  readonly clock: Clock;
  readonly takeNotes: () => ChunkNotes;
  /** Chunks of earlier terms that are to be stored; what is not stored in the end goes back here. */
  readonly unstored: StoredChunk[];
  /** Called when a chunk is stored, once for each. */
  readonly onStored: (chunk: StoredChunk) => void;
}

/** Stores the results of a term as they come in. A flush that fails delays no check and no other flush. */
export class ResultFlusher {
  readonly #setup: FlushSetup;
  readonly #giveUp = new AbortController();
  readonly #givenUp = once(this.#giveUp.signal, "abort");
  readonly #storing: Promise<void>[] = [];
  #results: ProbeResult[] = [];
  #part: number;
  #lateCount = 0;

  constructor(setup: FlushSetup) {
    this.#setup = setup;
    this.#part = setup.firstPart;
    for (const chunk of setup.unstored.splice(0)) this.#store(chunk);
  }

  /** The number of flushes that did not succeed at once. */
  get lateCount(): number {
    return this.#lateCount;
  }

  /** The number that the next flush has. */
  get nextPart(): number {
    return this.#part;
  }

  /** Takes a result for the next flush. */
  add(result: ProbeResult): void {
    this.#results.push(result);
  }

  /** Flushes at every mark until the signal ends it. */
  async flushAtMarks(signal: AbortSignal): Promise<void> {
    const { clock } = this.#setup;
    while (!signal.aborted) {
      await sleepUntil(clock, nextMark(clock.now()), signal);
      this.flush();
    }
  }

  /** Begins to store what is complete; does nothing if that is nothing. */
  flush(): void {
    if (this.#results.length === 0) return;
    const { term, takeNotes } = this.#setup;
    this.#store({ ...term, part: this.#part++, notes: takeNotes(), results: this.#results });
    this.#results = [];
  }

  /** Flushes the rest; says whether everything is stored within `ms`. */
  async storedWithin(ms: DurationMs): Promise<boolean> {
    this.flush();
    const all = Promise.all(this.#storing).then(() => true);
    const done = new AbortController();
    const late = this.#setup.clock.sleep(ms, done.signal).then(() => false);
    const isStored = await Promise.race([all, late]);
    done.abort();
    return isStored;
  }

  /** Flushes the rest and waits for all flushes, no longer than `graceMs`. */
  async finish(graceMs: DurationMs): Promise<void> {
    this.flush();
    const done = new AbortController();
    const all = Promise.all(this.#storing);
    await Promise.race([all, this.#setup.clock.sleep(graceMs, done.signal)]);
    done.abort();
    this.#giveUp.abort();
    await all;
  }

  #store(chunk: StoredChunk): void {
    this.#storing.push(this.#keepStoring(chunk));
  }

  async #keepStoring(chunk: StoredChunk): Promise<void> {
    if (await this.#tryToStore(chunk)) return;
    this.#lateCount++;
    const { clock, unstored } = this.#setup;
    const { signal } = this.#giveUp;
    let waitMs = FIRST_RETRY_MS;
    for (await clock.sleep(waitMs, signal); !signal.aborted; await clock.sleep(waitMs, signal)) {
      if (await this.#tryToStore(chunk)) return;
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
    unstored.push(chunk);
    if (unstored.length > MOST_UNSTORED) unstored.shift();
  }

  // A request that has no answer when time is up counts as failed: storing a chunk is idempotent.
  async #tryToStore(chunk: StoredChunk): Promise<boolean> {
    const put = this.#setup.results.putChunk(chunk).then(
      () => true,
      () => false,
    );
    const isStored = await Promise.race([put, this.#givenUp.then(() => false)]);
    if (isStored) this.#setup.onStored(chunk);
    return isStored;
  }
}

/** The next flush mark after an instant. */
function nextMark(after: EpochMs): EpochMs {
  return firstInstantFrom(after + 1, FLUSH_EVERY_MS, FLUSH_PHASE_MS);
}
