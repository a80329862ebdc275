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

/** Calls `run` once a minute, `offsetMs` into it, first after `afterMs`. If the machine sleeps, it skips the minutes in between. */
export function everyMinute(offsetMs: DurationMs, afterMs: EpochMs, run: () => void): Schedule {
  let timer: NodeJS.Timeout;
  let stopped = false;
  const wait = (dueAtMs: EpochMs): void => {
    timer = setTimeout(
      () => {
        // A timer may fire a millisecond before the wall clock reaches the instant.
        if (Date.now() < dueAtMs) {
          wait(dueAtMs);
          return;
        }
        run();
        if (!stopped) wait(nextAt(Math.max(dueAtMs, Date.now()), offsetMs));
      },
      Math.max(1, dueAtMs - Date.now()),
    );
  };
  wait(nextAt(afterMs, offsetMs));
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
