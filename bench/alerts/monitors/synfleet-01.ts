import {
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  toMicrosecondPrecision,
} from "../../../shared/units.ts";
import type { Note } from "../note.ts";
import type { Setting } from "../setting.ts";
import { MinuteMonitor, type MinuteRule, type RegionMinute } from "./minute-monitor.ts";
import type { Peer } from "./monitor.ts";

/** How bad something is: 0 fine, 1 WARNING, 2 CRITICAL. */
type Level = 0 | 1 | 2;

/** What a region says of a minute; latency is null if it has no connect time. */
interface Vote {
  readonly availability: Level;
  readonly latency: Level | null;
  readonly averageMs: number | null;
}

const FINE: Vote = { availability: 0, latency: 0, averageMs: null };

/** The defaults of that version, by level. */
const FAILURE_PERCENT = { 1: 5, 2: 20 } as const;
const SUCCESS_PERCENT = 90;
const AVERAGE_MS = { 1: 100, 2: 500 } as const;

/** When the run that judges a minute tells it. */
const TOLD_AFTER_MS = 21 * SECOND_MS;

/** The share of one minute, voted on by a majority of the regions that reported. */
class ShareOfMinuteRule implements MinuteRule {
  readonly notes: Note[] = [];
  readonly #takesTurns: boolean;
  /** A region that checks less than once a minute keeps its last vote. */
  readonly #standing: Vote[];
  #level: Level = 0;
  #isHeldByLatency = false;

  constructor({ scheduleMs, regionCount }: Setting) {
    this.#takesTurns = scheduleMs > MINUTE_MS;
    this.#standing = Array.from({ length: this.#takesTurns ? regionCount : 0 }, () => FINE);
  }

  get isQuiet(): boolean {
    return this.#level === 0 && this.#standing.every(isFine);
  }

  judge(startMs: EpochMs, regions: readonly (RegionMinute | undefined)[]): void {
    const votes = this.#votesOf(regions);
    if (regions.every((own) => own === undefined)) return;
    const level = this.#levelOf(votes);
    this.#tell(level, startMs + MINUTE_MS + TOLD_AFTER_MS);
  }

  #votesOf(regions: readonly (RegionMinute | undefined)[]): Vote[] {
    const votes: Vote[] = [];
    const count = Math.max(regions.length, this.#standing.length);
    for (let region = 0; region < count; region++) {
      const own = regions[region];
      const fresh = own === undefined ? undefined : voteOf(own);
      const vote = fresh ?? (this.#takesTurns ? this.#standing[region] : undefined);
      if (vote !== undefined) votes.push(vote);
      if (fresh !== undefined && this.#takesTurns) this.#standing[region] = asPast(fresh);
    }
    return votes;
  }

  #levelOf(votes: readonly Vote[]): Level {
    const needed = Math.floor(votes.length / 2) + 1;
    for (const level of [2, 1] as const) {
      if (votes.filter(({ availability }) => availability >= level).length >= needed) {
        this.#isHeldByLatency = false;
        return level;
      }
      if (this.#isSlow(votes, level)) {
        this.#isHeldByLatency = true;
        return level;
      }
    }
    this.#isHeldByLatency = false;
    return 0;
  }

  /** By the nearest region; while it is not known, latency raises nothing and clears nothing. */
  #isSlow(votes: readonly Vote[], level: 1 | 2): boolean {
    const speaking = votes.filter(({ latency }) => latency !== null);
    const isKnown = votes.some(({ averageMs }) => averageMs !== null);
    if (!isKnown || !speaking.every(({ latency }) => (latency ?? 0) >= level)) return false;
    if (speaking.length === votes.length) return true;
    return this.#isHeldByLatency && this.#level >= level;
  }

  #tell(level: Level, atMs: EpochMs): void {
    if (level === this.#level) return;
    if (level === 2) this.notes.push({ atMs, what: "page" });
    else if (this.#level === 2) this.notes.push({ atMs, what: "recovery" });
    else this.notes.push({ atMs, what: level === 1 ? "warning" : "warning over" });
    this.#level = level;
  }
}

function voteOf({ passedCount, failedCount, sumMs }: RegionMinute): Vote {
  const percent = (100 * failedCount) / (passedCount + failedCount);
  const averageMs = passedCount === 0 ? null : toMicrosecondPrecision(sumMs / passedCount);
  const latency = averageMs === null ? null : levelAbove(averageMs, AVERAGE_MS);
  const isFew = 100 - percent < SUCCESS_PERCENT;
  const availability = Math.max(levelAbove(percent, FAILURE_PERCENT), isFew ? 1 : 0) as Level;
  return { availability, latency, averageMs };
}

function levelAbove(value: number, limits: Readonly<Record<1 | 2, number>>): Level {
  if (value > limits[2]) return 2;
  return value > limits[1] ? 1 : 0;
}

/** An earlier vote speaks on latency even if it had no connect time. */
function asPast(vote: Vote): Vote {
  return { ...vote, latency: vote.latency ?? 0, averageMs: null };
}

function isFine({ availability, latency }: Vote): boolean {
  return availability === 0 && (latency ?? 0) === 0;
}

/**
 * This project's default before checks were judged one by one: more than 20 % failures, or an average
 * above 500 ms in the nearest region, within one minute. Source: version 0.1 of this project,
 * `judgeWindow` in shared/health; its events were the same in every world of this bench.
 */
export const SYNFLEET_01: Peer = {
  name: "synfleet 0.1",
  source: "version 0.1 of this project",
  places: "all",
  isInStep: false,
  retryDelaysMs: [],
  start: (setting) => new MinuteMonitor(new ShareOfMinuteRule(setting), TOLD_AFTER_MS),
};
