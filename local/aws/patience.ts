import { setTimeout as sleep } from "node:timers/promises";
import type { DurationMs } from "../../shared/units.ts";

/** The database's thread, or the whole machine, may be at a standstill for that long. */
const PATIENCE_MS: DurationMs = 60_000;
const PAUSE_MS: DurationMs = 500;

/** What is told of a call that failed, and when it is given up. */
export interface Patience {
  /** Is told the first failure, once; absent if it is nothing to be told. */
  readonly note?: (sentence: string) => void;
  /** Whether a failure may pass; absent if each may. */
  readonly mayPass?: (error: unknown) => boolean;
  /** Ends the attempts. */
  readonly signal?: AbortSignal;
  readonly patienceMs?: DurationMs;
  readonly pauseMs?: DurationMs;
}

/**
 * Does a work of the start that only the own database can fail, again until it succeeds. After the
 * patience, or when it is aborted, it fails with its last error.
 */
export async function patiently<Value>(
  what: string,
  work: () => Promise<Value>,
  { note, mayPass, signal, patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS }: Patience,
): Promise<Value> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (let attempts = 1; ; attempts++) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted || performance.now() >= giveUpAtMs) throw error;
      if (mayPass?.(error) === false) throw error;
      if (attempts === 1) note?.(`${what}: ${String(error)}. It is tried again.`);
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => undefined);
    }
  }
}
