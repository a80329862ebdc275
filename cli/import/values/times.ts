import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { Check } from "../model/check.ts";
import { showDuration } from "./durations.ts";

const LONGEST_SCHEDULE = 86_400;
const LONGEST_TIMEOUT = 60;

/** How often, and how long, a check runs in its own tool. */
export interface Times {
  readonly scheduleMs: DurationMs;
  readonly timeoutMs: DurationMs;
}

/** Sets schedule and timeout in whole seconds, and says what had to be changed. */
export function setTimes(check: Check, { scheduleMs, timeoutMs }: Times): void {
  const schedule = wholeSeconds(scheduleMs, LONGEST_SCHEDULE);
  if (schedule * SECOND_MS !== scheduleMs) {
    const rule = "a schedule is 1 to 86400 whole seconds";
    check.changed.push(
      `it is checked every ${schedule} s, not ${showDuration(scheduleMs)}: ${rule}`,
    );
  }
  const longest = Math.min(LONGEST_TIMEOUT, schedule);
  const timeout = wholeSeconds(timeoutMs, longest);
  if (timeout * SECOND_MS !== timeoutMs) {
    const rule = "a timeout is 1 to 60 whole seconds, and not longer than the schedule";
    check.changed.push(`its timeout is ${timeout} s, not ${showDuration(timeoutMs)}: ${rule}`);
  }
  check.fields.schedule_seconds = schedule;
  check.fields.timeout_seconds = timeout;
}

function wholeSeconds(ms: DurationMs, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(ms / SECOND_MS)));
}
