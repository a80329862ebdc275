import { sumOf } from "../sum-of.ts";
import type { DurationMs } from "../units.ts";
import type { Sample } from "./exchange.ts";

/** How a clock stands to a server's, over a minute. */
export interface ClockFigures {
  /** What must be added to our clock: above 0 if it is behind. The mean of each poll's best sample. */
  readonly offsetMs: DurationMs;
  /** The standard deviation of all samples' offsets. */
  readonly stabilityMs: DurationMs;
  /** The mean difference between a round trip and the next one. */
  readonly jitterMs: DurationMs;
  /** The mean of the best samples' round trips: the offset is true to within half of it. */
  readonly roundTripMs: DurationMs;
}

/** What a probe knows of its clock: how often it asked in a minute, and what the answers say. */
export interface ClockReading {
  readonly askedCount: number;
  readonly answeredCount: number;
  /** Null if nothing was answered. */
  readonly figures: ClockFigures | null;
}

/** The questions of a poll in their order; null for each one without a usable answer. */
type Poll = readonly (Sample | null)[];

/** What a minute's polls say together. */
export function readClock(polls: readonly Poll[]): ClockReading {
  const samples = polls.flat().filter((sample) => sample !== null);
  const best = polls.flatMap((poll) => bestOf(poll) ?? []);
  return {
    askedCount: polls.flat().length,
    answeredCount: samples.length,
    figures: best.length === 0 ? null : figuresOf(samples, best),
  };
}

/** The less time it took, the less of it can have been on one way only. */
function bestOf(poll: Poll): Sample | null {
  return poll.reduce((best, sample) => {
    if (best === null || sample === null) return best ?? sample;
    return sample.roundTripMs < best.roundTripMs ? sample : best;
  }, null);
}

function figuresOf(samples: readonly Sample[], best: readonly Sample[]): ClockFigures {
  const offsets = samples.map(({ offsetMs }) => offsetMs);
  const middleMs = meanOf(offsets);
  const trips = samples.map(({ roundTripMs }) => roundTripMs);
  const changes = trips.slice(1).map((trip, i) => Math.abs(trip - (trips[i] ?? trip)));
  return {
    offsetMs: meanOf(best.map(({ offsetMs }) => offsetMs)),
    stabilityMs: Math.sqrt(meanOf(offsets.map((offset) => (offset - middleMs) ** 2))),
    jitterMs: meanOf(changes),
    roundTripMs: meanOf(best.map(({ roundTripMs }) => roundTripMs)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values, (value) => value) / values.length;
}

/** Whether a clock is off by more than a threshold; one that is not known is not. */
export function isClockOff({ figures }: ClockReading, thresholdMs: DurationMs): boolean {
  return figures !== null && Math.abs(figures.offsetMs) > thresholdMs;
}

/** Of two readings the one that is farther off; one without figures says less than any other. */
export function worseReading(a: ClockReading, b: ClockReading): ClockReading {
  return distanceOf(b) > distanceOf(a) ? b : a;
}

function distanceOf({ figures }: ClockReading): DurationMs {
  return figures === null ? -1 : Math.abs(figures.offsetMs);
}
