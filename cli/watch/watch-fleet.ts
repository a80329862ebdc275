import type { DurationMs, EpochMs } from "../../shared/units.ts";

/** How something is watched. */
export interface Watching<T> {
  readonly read: (nowMs: EpochMs) => Promise<T>;
  readonly show: (seen: T, nowMs: EpochMs) => void;
  /** A look failed although an earlier one did not; it is tried again. */
  readonly failed: (error: unknown) => void;
  readonly intervalMs: DurationMs;
  readonly now: () => EpochMs;
  readonly sleep: (ms: DurationMs) => Promise<unknown>;
  /** Resolves when somebody asks for the end. */
  readonly stopped: Promise<void>;
}

const STOPPED = Symbol("stopped");

/** Looks again and again until it is stopped; throws if the first look fails. */
export async function watchFleet<T>(watching: Watching<T>): Promise<void> {
  const { intervalMs, now, sleep } = watching;
  const stopped = watching.stopped.then((): typeof STOPPED => STOPPED);
  for (let looks = 0; ; looks += 1) {
    const nowMs = now();
    const seen = await Promise.race([stopped, look(watching, { nowMs, isFirst: looks === 0 })]);
    if (seen === STOPPED) return;
    if (seen !== null) watching.show(seen, nowMs);
    if ((await Promise.race([stopped, sleep(intervalMs)])) === STOPPED) return;
  }
}

/** Null if the look failed. */
async function look<T>(
  { read, failed }: Watching<T>,
  { nowMs, isFirst }: { readonly nowMs: EpochMs; readonly isFirst: boolean },
): Promise<T | null> {
  try {
    return await read(nowMs);
  } catch (error) {
    if (isFirst) throw error;
    failed(error);
    return null;
  }
}
