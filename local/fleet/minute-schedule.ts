import { CLOCK_LOOK_MS, isAhead } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../shared/units.ts";

/** The first instant after `after` that lies `offsetMs` into a minute. */
export function nextAt(after: EpochMs, offsetMs: DurationMs): EpochMs {
  const candidate = after - (after % MINUTE_MS) + (offsetMs % MINUTE_MS);
  return candidate > after ? candidate : candidate + MINUTE_MS;
}

/** The lease terms to run for `--minutes`: at least two, so that they contain a whole minute. */
export function termsFor(minutes: number): number {
  return Math.max(2, minutes);
}

/** A minute schedule that can be stopped. */
export interface Schedule {
  stop(): void;
}

/**
 * Calls `run` once a minute, `offsetMs` into it, first after `afterMs`, with how late it is. If the machine sleeps or the
 * clock is set forward, it skips the minutes in between; if the clock is set back far, it goes on by
 * the clock as it is then.
 */
export function everyMinute(
  offsetMs: DurationMs,
  afterMs: EpochMs,
  run: (lateMs: DurationMs) => void,
): Schedule {
  let timer: NodeJS.Timeout;
  let stopped = false;
  let dueAtMs = nextAt(afterMs, offsetMs);
  // A timer may fire a millisecond before the wall clock reaches the instant, and knows nothing of
  // what the wall clock is set to.
  const look = (): void => {
    const nowMs = Date.now();
    if (nowMs >= dueAtMs) {
      run(nowMs - dueAtMs);
      dueAtMs = nextAt(Math.max(dueAtMs, Date.now()), offsetMs);
    } else if (isAhead(dueAtMs, nowMs)) dueAtMs = nextAt(nowMs, offsetMs);
    if (!stopped) wait();
  };
  const wait = (): void => {
    timer = setTimeout(look, Math.min(Math.max(1, dueAtMs - Date.now()), CLOCK_LOOK_MS));
  };
  wait();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
