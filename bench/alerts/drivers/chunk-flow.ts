import { firstInstantFrom } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import type { HomeSample } from "../rule/home-rule.ts";
import { chanceAt, type World } from "../worlds/world.ts";
import type { Timeline } from "./timeline.ts";

/** Flushes are at :06, :21, :36 and :51, and a chunk is stored a second later. */
const FLUSH_EVERY_MS: DurationMs = 15 * SECOND_MS;
const FLUSH_PHASE_MS: DurationMs = 6 * SECOND_MS;
const STORED_AFTER_MS: DurationMs = SECOND_MS;

/** What a region tells at once is gathered for so long, and sent at most once a second. */
const GATHER_MS: DurationMs = 100;
const AT_MOST_EVERY_MS: DurationMs = SECOND_MS;

/** How far apart chunks, second deliveries and hints are in `chanceAt`, so that each has its own chance. */
const CHUNK_PLACE = 100;
const DOUBLE_PLACE = 200;
const HINT_PLACE = 300;

interface Stored {
  readonly sample: HomeSample;
  /** The start of the lease term that it is filed under. */
  readonly termFromMs: EpochMs;
  /** When it is sent, and when it is there; infinity if it gets lost. */
  flushedAtMs: EpochMs;
  storedAtMs: EpochMs;
}

/** A sample on its way. */
export type Sent = Readonly<Stored>;

/** Where the results of a region go. */
export interface FlowSetup {
  readonly world: World;
  readonly region: number;
  readonly timeline: Timeline;
  /** Tells home to look. */
  readonly hint: (atMs: EpochMs) => void;
  /** Sees all that was sent, when it can't change any more. */
  readonly journal: ((sent: Sent) => void) | null;
}

/** A region's results on their way home: flushed at marks, or at once, and there a little later. */
export class ChunkFlow {
  readonly #setup: FlowSetup;
  #stored: Stored[] = [];
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  /** Whether a flush waits for its second, and whether a hint follows it. */
  #wanted: "flush" | "hint" | null = null;

  constructor(setup: FlowSetup) {
    this.#setup = setup;
  }

  /** Whether nothing that failed is on its way. */
  get isCalm(): boolean {
    return this.#stored.every(({ sample }) => sample.passed);
  }

  /** Takes a result for the next flush. */
  keep(sample: HomeSample, knownAtMs: EpochMs, termFromMs: EpochMs): void {
    const flushedAtMs = firstInstantFrom(knownAtMs + 1, FLUSH_EVERY_MS, FLUSH_PHASE_MS);
    const storedAtMs = this.#arrivalOf(flushedAtMs);
    this.#stored.push({ sample, termFromMs, flushedAtMs, storedAtMs });
  }

  /** Flushes soon; home is told of it if it is wanted. */
  want(what: "flush" | "hint", nowMs: EpochMs): void {
    const isWaiting = this.#wanted !== null;
    if (this.#wanted !== "hint") this.#wanted = what;
    if (isWaiting) return;
    const atMs = Math.max(nowMs + GATHER_MS, this.#flushedAtMs + AT_MOST_EVERY_MS);
    this.#setup.timeline.at(atMs, () => this.#flush(atMs));
  }

  /** What is there by then, of checks before an instant. */
  arrived(nowMs: EpochMs, beforeMs: EpochMs): HomeSample[] {
    return this.#stored
      .filter(({ storedAtMs, sample }) => storedAtMs <= nowMs && sample.atMs < beforeMs)
      .map(({ sample }) => sample);
  }

  /** The same for a look: of each lease term only what was sent before the first that is lacking. */
  arrivedInOrder(nowMs: EpochMs, beforeMs: EpochMs): HomeSample[] {
    const lackingMs = new Map<EpochMs, EpochMs>();
    for (const { termFromMs, flushedAtMs, storedAtMs } of this.#stored) {
      if (storedAtMs <= nowMs || flushedAtMs > nowMs) continue;
      const before = lackingMs.get(termFromMs) ?? Number.POSITIVE_INFINITY;
      lackingMs.set(termFromMs, Math.min(before, flushedAtMs));
    }
    return this.#stored
      .filter(
        ({ storedAtMs, sample, termFromMs, flushedAtMs }) =>
          storedAtMs <= nowMs &&
          sample.atMs < beforeMs &&
          flushedAtMs < (lackingMs.get(termFromMs) ?? Number.POSITIVE_INFINITY),
      )
      .map(({ sample }) => sample);
  }

  /** Whether home still waits for a slot of before an instant. */
  isAwaited(nowMs: EpochMs, beforeMs: EpochMs, patienceMs: DurationMs): boolean {
    return this.#stored.some(
      ({ storedAtMs, sample }) =>
        !sample.isRecheck &&
        storedAtMs > nowMs &&
        sample.atMs < beforeMs &&
        nowMs < sample.atMs + patienceMs,
    );
  }

  /** Drops what was judged, and what comes too late to be. */
  dropBefore(atMs: EpochMs): void {
    if (!this.#stored.some(({ sample }) => sample.atMs < atMs)) return;
    const { journal } = this.#setup;
    if (journal !== null) {
      for (const one of this.#stored) if (one.sample.atMs < atMs) journal(one);
    }
    this.#stored = this.#stored.filter(({ sample }) => sample.atMs >= atMs);
  }

  /** Drops all: nothing in it failed, and nobody will ask for it. */
  forget(): void {
    this.#stored = [];
  }

  #flush(atMs: EpochMs): void {
    const isHint = this.#wanted === "hint";
    this.#wanted = null;
    this.#flushedAtMs = atMs;
    const storedAtMs = this.#arrivalOf(atMs);
    for (const one of this.#stored) {
      if (one.flushedAtMs > atMs) Object.assign(one, { flushedAtMs: atMs, storedAtMs });
    }
    if (isHint) this.#hint(atMs);
  }

  #hint(atMs: EpochMs): void {
    const { hintsLostShare, hintsDoubledShare } = this.#setup.world.transport;
    if (this.#isChance(HINT_PLACE, atMs, hintsLostShare)) return;
    this.#setup.hint(atMs);
    const isTwice = this.#isChance(HINT_PLACE, atMs, hintsLostShare + hintsDoubledShare);
    if (isTwice) this.#setup.hint(atMs + SECOND_MS);
  }

  /** When the chunk of a flush is there; infinity if it never is. */
  #arrivalOf(flushedAtMs: EpochMs): EpochMs {
    const { missingShare, lateShare, lateMs } = this.#setup.world.transport;
    if (this.#isChance(CHUNK_PLACE, flushedAtMs, missingShare)) return Number.POSITIVE_INFINITY;
    const isLate = this.#isChance(CHUNK_PLACE, flushedAtMs, missingShare + lateShare);
    return flushedAtMs + STORED_AFTER_MS + (isLate ? lateMs : 0);
  }

  #isChance(place: number, atMs: EpochMs, share: number): boolean {
    return share > 0 && chanceAt(this.#setup.world.seed, place + this.#setup.region, atMs) < share;
  }
}

/** Whether the chunk of a flush is stored a second time, a minute later. */
export function isStoredTwice({ seed, transport }: World, region: number, flushedAtMs: EpochMs) {
  const { doubledShare } = transport;
  return doubledShare > 0 && chanceAt(seed, DOUBLE_PLACE + region, flushedAtMs) < doubledShare;
}

/** How much later a second delivery comes. */
export const SECOND_DELIVERY_MS: DurationMs = MINUTE_MS;
