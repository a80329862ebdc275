import type { EpochMs } from "../../../shared/units.ts";
import type { Note } from "../note.ts";

/** One check as it has arrived at home. */
export interface HomeSample {
  readonly region: number;
  readonly atMs: EpochMs;
  readonly passed: boolean;
  readonly isRecheck: boolean;
}

/** What home knows and decides of one task. */
export interface HomeRule {
  /** Regions made checks that passed, up to these instants, while nothing was worth telling. */
  passUntil(lastSlotMs: readonly EpochMs[]): void;
  /** Judges what has arrived since the last look, in order of the checks' instants. */
  judge(samples: readonly HomeSample[], nowMs: EpochMs): void;
  /** The regions that home asks for a check now, because something is in doubt. */
  readonly isInDoubt: boolean;
  /** Whether more checks that pass would change nothing. */
  readonly isQuiet: boolean;
  readonly notes: readonly Note[];
}
