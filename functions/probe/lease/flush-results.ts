import { once } from "node:events";
import type { ChunkNotes } from "../../../shared/chunk/chunk.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { firstInstantFrom } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { ChunkStore, StoredChunk } from "../../ports/chunk-store.ts";
import { type Clock, sleepUntil } from "../timing/timing.ts";

/** Flushes fall on :06, :21, :36 and :51 of each minute, when a minute's last timeouts are in. */
const FLUSH_EVERY_MS: DurationMs = 15 * SECOND_MS;
const FLUSH_PHASE_MS: DurationMs = 6 * SECOND_MS;

const FIRST_RETRY_MS: DurationMs = 250;
const LONGEST_RETRY_MS: DurationMs = 5 * SECOND_MS;

/** How long an invocation stays on after its last check to store what could not be stored yet. */
export const FLUSH_GRACE_MS: DurationMs = 8 * SECOND_MS;

/** The same for a process that was told to end. */
export const STOP_GRACE_MS: DurationMs = 2 * SECOND_MS;

/** Chunks kept for the next cover when the store is away: some ten minutes of flushes. */
const MOST_UNSTORED = 40;

export interface FlushSetup {
  /** The chunk's own part is counted up from 0. */
  readonly cover: Pick<StoredChunk, "shard" | "bundle" | "termFromMs">;
  readonly results: ChunkStore;
  readonly clock: Clock;
  readonly takeNotes: () => ChunkNotes;
  /** Chunks of earlier covers that are still to be stored; what is left in the end goes back here. */
  readonly unstored: StoredChunk[];
}

/** Stores a cover's results as they come in. A flush that fails holds up neither checks nor flushes. */
export class ResultFlusher {
  readonly #setup: FlushSetup;
  readonly #giveUp = new AbortController();
  readonly #givenUp = once(this.#giveUp.signal, "abort");
  readonly #storing: Promise<void>[] = [];
  #results: ProbeResult[] = [];
  #part = 0;
  #lateCount = 0;

  constructor(setup: FlushSetup) {
    this.#setup = setup;
    for (const chunk of setup.unstored.splice(0)) this.#store(chunk);
  }

  /** Flushes that did not succeed at once. */
  get lateCount(): number {
    return this.#lateCount;
  }

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

  /** Sends what is complete on its way; with nothing complete nothing is written. */
  flush(): void {
    if (this.#results.length === 0) return;
    const { cover, takeNotes } = this.#setup;
    this.#store({ ...cover, part: this.#part++, notes: takeNotes(), results: this.#results });
    this.#results = [];
  }

  /** Flushes the rest and waits for all flushes, but no longer than `graceMs`. */
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

  // A request that still hangs when time is up counts as failed: storing it again changes nothing.
  async #tryToStore(chunk: StoredChunk): Promise<boolean> {
    const put = this.#setup.results.putChunk(chunk).then(
      () => true,
      () => false,
    );
    return await Promise.race([put, this.#givenUp.then(() => false)]);
  }
}

/** The next flush mark after an instant. */
export function nextMark(after: EpochMs): EpochMs {
  return firstInstantFrom(after + 1, FLUSH_EVERY_MS, FLUSH_PHASE_MS);
}
