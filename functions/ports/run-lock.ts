import type { EpochMs } from "../../shared/units.ts";

/** The lock that lets one run of the aggregator work at a time. It expires by itself. */
export interface RunLock {
  /**
   * Acquires the lock until `untilMs`, unless another holder's time is not up at `nowMs`. A time that
   * is far ahead is of another clock and counts as up.
   */
  acquire(holder: string, nowMs: EpochMs, untilMs: EpochMs): Promise<"acquired" | "held">;
  /**
   * Asks the holder to look once more before it releases the lock; `false` if nobody holds it. To
   * acquire the lock, also anew by its holder, forgets what was asked before.
   */
  want(): Promise<boolean>;
  /** Releases the lock; does nothing if another holder has acquired it since. */
  release(holder: string): Promise<void>;
  /** The same, but a lock that is wanted, or that this holder does not hold, stays as it is. */
  releaseUnlessWanted(holder: string): Promise<"released" | "wanted">;
}
