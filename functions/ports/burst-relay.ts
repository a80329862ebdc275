import type { NextBurst } from "../../shared/request/request.ts";
import type { DurationMs } from "../../shared/units.ts";

/** Brings the next burst of a lease term to a probe of the region, not before a while. */
export interface BurstQueue {
  /**
   * `sent`: it will be delivered, at least once. `failed`: it may be delivered all the same, so who goes
   * on instead takes the burst first. Never throws.
   */
  send(next: NextBurst, delayMs: DurationMs): Promise<"sent" | "failed">;
}

/** Which burst of a term was begun last. */
export interface BurstStore {
  /** Of all who ask for a burst of a term one gets `taken`, and nobody who asks for an earlier one then. */
  takeBurst(next: NextBurst): Promise<"taken" | "lost">;
  /** Whether somebody took a burst of one of the last terms, or a later one of its term. */
  isTaken(next: NextBurst): Promise<boolean>;
}
