import { firstInstantFrom, type Interval } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import type { HomeSample } from "../rule/home-rule.ts";
import type { ProbeHealth } from "../rule/probe-health.ts";
import type { FleetWays } from "../rule/settings.ts";
import { TIMEOUT_MS } from "../setting.ts";
import { type Beat, firstBeat, type Sight } from "../worlds/sight.ts";
import { chanceAt, type World } from "../worlds/world.ts";
import type { Timeline } from "./timeline.ts";

/** Flushes are at :06, :21, :36 and :51, and a chunk is stored a second later. */
const FLUSH_EVERY_MS: DurationMs = 15 * SECOND_MS;
const FLUSH_PHASE_MS: DurationMs = 6 * SECOND_MS;
const STORED_AFTER_MS: DurationMs = SECOND_MS;

/** How far apart chunks, second deliveries and hints are in `chanceAt`, so that each has its own chance. */
const CHUNK_PLACE = 100;
const DOUBLE_PLACE = 200;
const HINT_PLACE = 300;

/** A check that passes while the region is down is followed by another this soon. */
const RECOVERY_RECHECK_MS: readonly DurationMs[] = [5 * SECOND_MS];

interface Stored {
  readonly sample: HomeSample;
  readonly knownAtMs: EpochMs;
  /** When it is sent, and when it is there; infinity if it gets lost. */
  flushedAtMs: EpochMs;
  storedAtMs: EpochMs;
}

/** A check that is followed by others, at offsets from its instant, until one passes. */
interface Sequence {
  readonly fromMs: EpochMs;
  readonly offsets: readonly DurationMs[];
}

/** What comes after a check, by how it ended and whether the region was down before it. */
type Follow = (passed: boolean, wasDown: boolean) => void;

/** What a probe side needs of what is around it. */
export interface ProbeSetup {
  readonly world: World;
  readonly region: number;
  readonly sight: Sight;
  readonly beat: Beat;
  readonly ways: FleetWays;
  readonly health: ProbeHealth;
  readonly timeline: Timeline;
  /** Tells home to look. */
  readonly hint: (atMs: EpochMs) => void;
}

/** One region's probe of the task: its checks, rechecks, flushes and hints. */
export class ProbeSide {
  readonly #setup: ProbeSetup;
  readonly #offsets: readonly DurationMs[];
  #stored: Stored[] = [];
  #busyCount = 0;
  nextSlotMs: EpochMs;
  extraCheckCount = 0;

  constructor(setup: ProbeSetup) {
    this.#setup = setup;
    this.#offsets = setup.ways.recheckMs.filter((offset) => offset < setup.beat.periodMs);
    this.nextSlotMs = setup.beat.firstMs;
  }

  /** Whether a check that passes changes nothing, and home has been told of all that failed. */
  get isQuiet(): boolean {
    if (!this.#isCalm) return false;
    return this.#stored.every(({ sample }) => sample.passed);
  }

  get #isCalm(): boolean {
    return this.#setup.health.isCalm && this.#busyCount === 0;
  }

  /** The first slot from the next one on that will fail; infinity if none does. */
  nextFailure(): EpochMs {
    return this.#setup.sight.nextFailure(this.#setup.beat, this.nextSlotMs);
  }

  /** Skips slots that pass; returns the last one before the next. */
  skipTo(atMs: EpochMs): EpochMs {
    const { beat } = this.#setup;
    const nextMs = Number.isFinite(atMs) ? firstBeat(beat, atMs) : atMs;
    if (nextMs > this.nextSlotMs) this.#stored = [];
    this.nextSlotMs = Math.max(this.nextSlotMs, nextMs);
    return this.nextSlotMs - beat.periodMs;
  }

  /** Makes the next slot's check. */
  checkSlot(): void {
    const slotAtMs = this.nextSlotMs;
    this.nextSlotMs += this.#setup.beat.periodMs;
    this.#check(slotAtMs, TIMEOUT_MS, (passed, wasDown) =>
      this.#followSlot(slotAtMs, passed, wasDown),
    );
  }

  /** Makes a check that home has asked for. */
  checkNow(atMs: EpochMs): void {
    this.#setup.timeline.at(atMs, () => {
      this.extraCheckCount++;
      const follow: Follow = (passed, wasDown) => this.#followSlot(atMs, passed, wasDown);
      this.#check(atMs, TIMEOUT_MS, follow, true);
    });
  }

  /** What is there by then, of checks before an instant. */
  arrived(nowMs: EpochMs, beforeMs: EpochMs): HomeSample[] {
    return this.#stored
      .filter(({ storedAtMs, sample }) => storedAtMs <= nowMs && sample.atMs < beforeMs)
      .map(({ sample }) => sample);
  }

  /** How many slots are in an interval. */
  slotsWithin({ fromMs, toMs }: Interval): number {
    const { beat } = this.#setup;
    return Math.max(0, (firstBeat(beat, toMs) - firstBeat(beat, fromMs)) / beat.periodMs);
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
    if (this.#stored.some(({ sample }) => sample.atMs < atMs)) {
      this.#stored = this.#stored.filter(({ sample }) => sample.atMs >= atMs);
    }
  }

  #check(atMs: EpochMs, timeoutMs: DurationMs, follow: Follow, isRecheck = false): void {
    const { sight, region, timeline } = this.#setup;
    const { passed, tookMs } = sight.answerAt(atMs, timeoutMs);
    const knownAtMs = Math.ceil(atMs + tookMs);
    const sample = { region, atMs, passed, tookMs, isRecheck };
    if (passed && this.#isCalm) {
      this.#keep(sample, knownAtMs);
      return;
    }
    this.#busyCount++;
    timeline.at(knownAtMs, () => {
      this.#busyCount--;
      const { health } = this.#setup;
      const wasDown = health.isDown;
      this.#keep(sample, knownAtMs);
      this.#learn(sample, knownAtMs);
      follow(passed, wasDown);
    });
  }

  #followSlot(fromMs: EpochMs, passed: boolean, wasDown: boolean): void {
    if (this.#offsets.length === 0) return;
    if (!passed && !wasDown) this.#recheck({ fromMs, offsets: this.#offsets }, 0);
    else if (passed && this.#setup.health.isDown)
      this.#recheck({ fromMs, offsets: RECOVERY_RECHECK_MS }, 0);
  }

  #recheck(sequence: Sequence, turn: number): void {
    const { timeline, beat } = this.#setup;
    const offset = sequence.offsets[turn];
    if (offset === undefined) return;
    const gapMs = (sequence.offsets[turn + 1] ?? beat.periodMs) - offset;
    const atMs = sequence.fromMs + offset;
    this.#busyCount++;
    timeline.at(atMs, () => {
      this.#busyCount--;
      this.extraCheckCount++;
      const goOn = (passed: boolean) => {
        if (!passed) this.#recheck(sequence, turn + 1);
      };
      this.#check(atMs, Math.min(TIMEOUT_MS, gapMs), goOn, true);
    });
  }

  #keep(sample: HomeSample, knownAtMs: EpochMs): void {
    const flushedAtMs = firstInstantFrom(knownAtMs + 1, FLUSH_EVERY_MS, FLUSH_PHASE_MS);
    const one = { sample, knownAtMs, flushedAtMs, storedAtMs: this.#arrivalOf(flushedAtMs) };
    this.#stored.push(one);
    if (this.#isChance(DOUBLE_PLACE, flushedAtMs, this.#setup.world.transport.doubledShare)) {
      this.#stored.push({ ...one, storedAtMs: one.storedAtMs + MINUTE_MS });
    }
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

  /** Moves its own health; a turn is flushed and told at once. */
  #learn({ atMs, passed, isRecheck }: HomeSample, knownAtMs: EpochMs): void {
    const { health, ways, beat } = this.#setup;
    const [wasDown, wasCalm] = [health.isDown, health.isCalm];
    health.take(atMs, passed, isRecheck);
    const isFirst = !passed && wasCalm && beat.periodMs > MINUTE_MS;
    if (ways.hints && (wasDown !== health.isDown || isFirst)) this.#flush(knownAtMs);
  }

  #flush(atMs: EpochMs): void {
    const storedAtMs = this.#arrivalOf(atMs);
    for (const one of this.#stored) {
      if (one.flushedAtMs > atMs) Object.assign(one, { flushedAtMs: atMs, storedAtMs });
    }
    const { hintsLostShare, hintsDoubledShare } = this.#setup.world.transport;
    if (this.#isChance(HINT_PLACE, atMs, hintsLostShare)) return;
    this.#setup.hint(atMs);
    const isTwice = this.#isChance(HINT_PLACE, atMs, hintsLostShare + hintsDoubledShare);
    if (isTwice) this.#setup.hint(atMs + SECOND_MS);
  }
}
