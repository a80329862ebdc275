import type { EpochMs } from "../../shared/units.ts";

/** An hour of which some slices of the tasks are packed. */
export interface PackedHour {
  readonly hourMs: EpochMs;
  /** The first slice that is not packed. */
  readonly slice: number;
  /** Names the open windows in the hour when it was begun; empty without one. */
  readonly open: string;
}

/** How far hours are packed. */
export interface RollUp {
  /** Every hour before it is packed. */
  readonly current: PackedHour;
  /** Hours before it whose minutes may still change, or have. */
  readonly unsettled: readonly PackedHour[];
}

/** How far the aggregator has come with packing hours. */
export interface RollUpStore {
  /** Null before the first one, or if what is stored can't be read. */
  readRollUp(): Promise<RollUp | null>;
  /** Replaces it. If it goes back, hours are packed again, which changes nothing. */
  writeRollUp(rollUp: RollUp): Promise<void>;
}
