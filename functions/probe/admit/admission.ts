import type { EpochMs } from "../../../shared/units.ts";

/** What a waiter gets; `go` takes one of the open sockets, and `release` gives it back. */
export type Grant = "go" | "late" | "stopped";

/** A check that waits until it may connect. */
export interface Waiter {
  /** The slot that the connect belongs to: a grant after the slot's slack is `late`. */
  readonly dueAtMs: EpochMs;
  /** How many plain connects take as much CPU as what follows it; 1 if absent. */
  readonly weight?: number;
  /** Aborted, the waiter gets `stopped`. */
  readonly signal: AbortSignal;
  /** Is called once, never before `acquire` has returned. It must not throw: others wait behind it. */
  granted(grant: Grant): void;
}

/** Decides when a connect may start, and how many are open at once. */
export interface Admission {
  /** Queues a waiter, which is granted soon or later. */
  acquire(waiter: Waiter): void;
  /**
   * The connection of a `go` is held beyond its check: it still is one of the open sockets, but nothing
   * on it is timed. False if too many are held already: then it is to be closed.
   */
  hold(): boolean;
  /** Gives back what `go` took: once for each `go`, when the connection is closed. */
  release(wasHeld?: boolean): void;
}
