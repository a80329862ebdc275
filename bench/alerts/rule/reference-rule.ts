import { type DurationMs, type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import type { Note } from "../note.ts";
import type { Setting } from "../setting.ts";
import type { Arrived, HomeRule, HomeSample, IsSick } from "./home-rule.ts";
import type { RuleSettings } from "./settings.ts";

/** What is known of one region. */
interface Region {
  isDown: boolean;
  fails: number;
  passes: number;
  firstFailMs: EpochMs;
  lastFailMs: EpochMs;
  lastMs: EpochMs;
  /** The share of its slots that failed lately, as of an instant. */
  share: number;
  shareAtMs: EpochMs;
}

/** How many slots the share of failures looks back. */
const SHARE_SLOTS = 60;
const FIRST_SHARE = 0.01;
const MOST_SHARE = 0.6;

/** A close this long ago or less makes the next opening a reopening. */
const REOPENS_WITHIN_MS: DurationMs = 15 * MINUTE_MS;
const HOLD_MS: DurationMs = 5 * MINUTE_MS;
const LONGEST_HOLD_MS: DurationMs = 60 * MINUTE_MS;
const LEAST_FRESH_MS: DurationMs = 150_000;

/**
 * The rule of incidents, written a second time and in the plainest way, with each part to be left out.
 * What it decides is compared with what the fleet's own code decides.
 */
export class ReferenceRule implements HomeRule {
  readonly notes: Note[] = [];
  readonly #settings: RuleSettings;
  readonly #scheduleMs: DurationMs;
  readonly #isSick: IsSick;
  readonly #regions: Region[];
  #isOpen = false;
  #closedAtMs = Number.NEGATIVE_INFINITY;
  #reopenings = 0;
  #belowSinceMs: EpochMs | null = null;
  /** The latest instant that was judged: what comes late is judged as of then. */
  #clockMs = 0;

  constructor({ regionCount, scheduleMs }: Setting, settings: RuleSettings, isSick: IsSick) {
    this.#settings = settings;
    this.#scheduleMs = scheduleMs;
    this.#isSick = isSick;
    this.#regions = Array.from({ length: regionCount }, () => ({
      ...{ isDown: false, fails: 0, passes: 0, firstFailMs: 0, lastFailMs: 0, lastMs: 0 },
      ...{ share: FIRST_SHARE, shareAtMs: 0 },
    }));
  }

  get isQuiet(): boolean {
    return !this.#isOpen && this.#regions.every(({ isDown, fails }) => !isDown && fails === 0);
  }

  get isInDoubt(): boolean {
    return !this.isQuiet;
  }

  passUntil(lastSlotMs: readonly EpochMs[]): void {
    for (const [i, region] of this.#regions.entries()) {
      region.lastMs = Math.max(region.lastMs, lastSlotMs[i] ?? 0);
    }
  }

  look({ samples }: Arrived, nowMs: EpochMs): void {
    for (const sample of samples) {
      if (!this.#advance(sample)) continue;
      this.#clockMs = Math.max(this.#clockMs, sample.atMs);
      this.#decide(this.#clockMs, nowMs);
    }
  }

  close(arrived: Arrived, nowMs: EpochMs): void {
    this.look(arrived, nowMs);
  }

  /** Whether the sample is new: the same ones come again. */
  #advance({ region: number, atMs, passed, isRecheck }: HomeSample): boolean {
    const region = this.#regions[number];
    if (region === undefined || atMs <= region.lastMs) return false;
    region.lastMs = atMs;
    if (!isRecheck && !region.isDown) this.#learn(region, passed, atMs);
    if (passed) pass(region, this.#settings.successThreshold);
    else {
      if (region.fails === 0) region.firstFailMs = atMs;
      region.fails++;
      region.passes = 0;
      region.lastFailMs = atMs;
      if (region.fails >= this.#needed(region)) region.isDown = true;
    }
    return true;
  }

  /** The share moves at each slot; slots that passed since the last one are caught up with. */
  #learn(region: Region, passed: boolean, atMs: EpochMs): void {
    if (passed) return;
    const slots = Math.max(1, Math.round((atMs - region.shareAtMs) / this.#scheduleMs));
    const kept = (1 - 1 / SHARE_SLOTS) ** slots;
    region.share = region.share * kept + 1 / SHARE_SLOTS;
    region.shareAtMs = atMs;
  }

  #needed({ share }: Region): number {
    const { failureThreshold, chance } = this.#settings;
    if (chance === null) return failureThreshold;
    const byChance = Math.ceil(Math.log(chance) / Math.log(Math.min(MOST_SHARE, share)));
    return Math.max(failureThreshold, byChance);
  }

  #decide(atMs: EpochMs, nowMs: EpochMs): void {
    const freshMs = Math.max(2 * this.#scheduleMs, LEAST_FRESH_MS);
    const voters = this.#regions.filter(
      (region, i) => atMs - region.lastMs <= freshMs && !this.#isSick(i, atMs),
    );
    const need = Math.floor(voters.length / 2) + 1;
    if (voters.length === 0) return;
    if (this.#isOpen)
      this.#mayClose(voters.filter(({ isDown }) => isDown).length < need, atMs, nowMs);
    else if (this.#mustOpen(voters, need, atMs)) this.#open(atMs, nowMs);
  }

  #mustOpen(voters: readonly Region[], need: number, atMs: EpochMs): boolean {
    const { recentMs, lone } = this.#settings;
    const down = voters.filter(
      ({ isDown, lastFailMs }) =>
        isDown &&
        lastFailMs > this.#closedAtMs &&
        (recentMs === null || atMs - lastFailMs <= recentMs),
    );
    if (voters.length > 1 || lone === null) return down.length >= need;
    const [only] = voters.filter(({ isDown }) => isDown);
    if (only === undefined) return false;
    return only.fails >= lone.failures && only.lastFailMs - only.firstFailMs >= lone.overMs;
  }

  #open(atMs: EpochMs, nowMs: EpochMs): void {
    this.#isOpen = true;
    const isAgain = atMs - this.#closedAtMs < REOPENS_WITHIN_MS;
    this.#reopenings = isAgain ? this.#reopenings + 1 : 0;
    this.#belowSinceMs = null;
    this.notes.push({ atMs: nowMs, what: "page" });
  }

  #mayClose(isBelow: boolean, atMs: EpochMs, nowMs: EpochMs): void {
    if (!isBelow) {
      this.#belowSinceMs = null;
      return;
    }
    this.#belowSinceMs ??= atMs;
    if (atMs - this.#belowSinceMs < this.#holdMs()) return;
    this.#isOpen = false;
    this.#closedAtMs = atMs;
    this.notes.push({ atMs: nowMs, what: "recovery" });
  }

  #holdMs(): DurationMs {
    if (!this.#settings.holdsFlaps || this.#reopenings === 0) return 0;
    return Math.min(LONGEST_HOLD_MS, HOLD_MS * 2 ** this.#reopenings);
  }
}

function pass(region: Region, successThreshold: number): void {
  region.fails = 0;
  region.passes++;
  if (region.isDown && region.passes >= successThreshold) region.isDown = false;
}
