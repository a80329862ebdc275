import type { Interval } from "../../../shared/slot/slot.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { Note } from "../note.ts";

/** One check as it has arrived at home. */
export interface HomeSample {
  readonly region: number;
  readonly atMs: EpochMs;
  readonly passed: boolean;
  /** The connect time, if it passed. */
  readonly tookMs: DurationMs;
  readonly isRecheck: boolean;
}

/** What has arrived of an interval, in order of the checks' instants, and how many slots are in it. */
export interface Arrived extends Interval {
  readonly samples: readonly HomeSample[];
  readonly slotCounts: readonly number[];
}

/** What home knows and decides of one task. */
export interface HomeRule {
  /** Regions made checks that passed, up to these instants, while nothing was worth telling. */
  passUntil(lastSlotMs: readonly EpochMs[]): void;
  /** Looks at what has arrived since the last closed window. */
  look(arrived: Arrived, nowMs: EpochMs): void;
  /** Closes a window. */
  close(arrived: Arrived, nowMs: EpochMs): void;
  /** Whether home asks the regions for a check now. */
  readonly isInDoubt: boolean;
  /** Whether more checks that pass would change nothing. */
  readonly isQuiet: boolean;
  readonly notes: readonly Note[];
}

/** Which regions' probes are known to be sick at an instant. */
export type IsSick = (region: number, atMs: EpochMs) => boolean;
