import type { Hint } from "../../shared/request/request.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";

/** A turn that a region hinted, as it is kept for some minutes. */
export interface HintedTurn {
  readonly region: RegionName;
  readonly taskName: string;
  readonly isDown: boolean;
  /** When the hint came. */
  readonly atMs: EpochMs;
}

/** What regions hinted in the last minutes. */
export interface HintStore {
  /** Keeps the turns of a hint that came now. */
  noteHint(hint: Pick<Hint, "region" | "shard" | "turns">): Promise<void>;
  /** The turns of at least the last five minutes, in the order in which they came. */
  readTurns(): Promise<readonly HintedTurn[]>;
}
