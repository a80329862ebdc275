import { type DurationMs, type EpochMs, toIso } from "../../shared/units.ts";

/**
 * The clock of a chaos run. It goes faster than the machine's, so that a minute shows several
 * minutes of a fleet; all processes of a run have the same.
 */
export interface FastTime {
  readonly speed: number;
  /** An instant of the machine's clock, and the run's instant at it. */
  readonly realBaseMs: EpochMs;
  readonly baseMs: EpochMs;
}

/** The run's instant at an instant of the machine's clock. */
export function fastInstant({ speed, realBaseMs, baseMs }: FastTime, realMs: EpochMs): EpochMs {
  return baseMs + (realMs - realBaseMs) * speed;
}

/** How long the machine's clock takes until the run's instant; negative if it is past. */
export function realUntil(time: FastTime, atMs: EpochMs, realMs: EpochMs): DurationMs {
  return (atMs - fastInstant(time, realMs)) / time.speed;
}

/** An instant's time of day in UTC, e.g. `12:00:05`. */
export function timeOfDay(at: EpochMs): string {
  return toIso(at).slice(11, 19);
}
