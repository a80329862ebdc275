import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { OverviewRecord } from "../../records/records.ts";
import { type Content, jsonContent } from "../http/content.ts";

/** An overview as it was read, and its JSON, which all share. */
export interface ReadOverview {
  readonly record: OverviewRecord;
  readonly content: Content;
  /** Changes when something else than the passing of time has. */
  readonly version: string;
  readonly readAtMs: EpochMs;
  /** Which reading it is, counted from 1. */
  readonly count: number;
}

/** What an overview is read with. */
export interface OverviewSetup {
  readonly read: () => Promise<OverviewRecord>;
  readonly now: () => EpochMs;
}

/** Whoever asks within this time after a reading gets the same one. */
const LEAST_GAP_MS: DurationMs = 2 * SECOND_MS;
const MOST_GAP_MS: DurationMs = 20 * SECOND_MS;

/** A reading that takes long is followed by so many times its length without one. */
const REST_FACTOR = 8;

/** Reads the overview for all who look, seldom enough that it costs the fleet little. */
export class SharedOverview {
  readonly #setup: OverviewSetup;
  #last: ReadOverview | null = null;
  #reading: Promise<ReadOverview> | null = null;
  #gapMs: DurationMs = LEAST_GAP_MS;
  #begunCount = 0;

  constructor(setup: OverviewSetup) {
    this.#setup = setup;
  }

  /** Something was changed from here: what was read before is old. */
  forget(): void {
    this.#last = null;
    this.#reading = null;
  }

  /** How long a reading is good for. */
  get gapMs(): DurationMs {
    return this.#gapMs;
  }

  /** How many readings have begun. What happens now is in the next one for sure. */
  get begunCount(): number {
    return this.#begunCount;
  }

  /** The newest reading, or a new one if that is too old. */
  async get(mostAgeMs: DurationMs = this.#gapMs): Promise<ReadOverview> {
    const last = this.#last;
    if (last !== null && this.#ageOf(last) < mostAgeMs) return last;
    this.#reading ??= this.#begin();
    return this.#reading;
  }

  /** A clock that was set back makes a reading old. */
  #ageOf({ readAtMs }: ReadOverview): DurationMs {
    const ageMs = this.#setup.now() - readAtMs;
    return ageMs < 0 ? Number.POSITIVE_INFINITY : ageMs;
  }

  /** A reading that began before something was changed is not kept. */
  #begin(): Promise<ReadOverview> {
    const reading = this.#read();
    const end = (read: ReadOverview | null) => {
      if (this.#reading !== reading) return;
      this.#reading = null;
      this.#last = read;
    };
    reading.then(end, () => end(null));
    return reading;
  }

  async #read(): Promise<ReadOverview> {
    this.#begunCount += 1;
    const count = this.#begunCount;
    const beganMs = performance.now();
    const record = await this.#setup.read();
    const tookMs = performance.now() - beganMs;
    this.#gapMs = Math.min(MOST_GAP_MS, Math.max(LEAST_GAP_MS, REST_FACTOR * tookMs));
    const version = versionOf(record);
    return {
      record,
      version,
      content: jsonContent(record, version),
      readAtMs: this.#setup.now(),
      count,
    };
  }
}

/** Of what changes by itself all the time, nothing counts. */
function versionOf(record: OverviewRecord): string {
  const tasks = record.tasks.map(({ lastDay: _, budgetLeftMs: __, ...task }) => task);
  const { etag } = jsonContent({ ...record, nowMs: 0, tasks });
  return etag.slice(3, -1);
}
