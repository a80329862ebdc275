import { Cron } from "croner";
import type { DurationMs, EpochMs } from "../../units.ts";

/** A window that starts whenever a cron expression fires in a time zone. */
export interface RecurringWindow {
  readonly cron: string;
  readonly timeZone: string;
  readonly durationMs: DurationMs;
}

/** A span of time in which a window is on or off from beginning to end. */
export interface Span {
  readonly isOn: boolean;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/**
 * The span around an instant. A start that a change of clocks leaves out is the first instant after
 * the gap; one that comes twice is the first of the two.
 */
export function spanAt({ durationMs, ...starts }: RecurringWindow, atMs: EpochMs): Span {
  const startMs = nextStart(starts, atMs - durationMs);
  if (startMs === null) return { isOn: false, fromMs: atMs, untilMs: Number.POSITIVE_INFINITY };
  if (startMs > atMs) return { isOn: false, fromMs: atMs, untilMs: startMs };
  return { isOn: true, fromMs: startMs, untilMs: startMs + durationMs };
}

/** The first starts after an instant, at most `count`; throws if the expression is none. */
function startsAfter(
  { cron, timeZone: timezone }: Omit<RecurringWindow, "durationMs">,
  afterMs: EpochMs,
  count: number,
): EpochMs[] {
  const job = new Cron(cron, { timezone, mode: "5-part" });
  return job.nextRuns(count, new Date(afterMs)).map((start) => start.getTime());
}

function nextStart(starts: Omit<RecurringWindow, "durationMs">, afterMs: EpochMs): EpochMs | null {
  return startsAfter(starts, afterMs, 1)[0] ?? null;
}

/** Every expression of five fields is judged by the same starts, whenever it is read. */
const JUDGED_FROM_MS: EpochMs = Date.UTC(2026, 0, 1);
const JUDGED_STARTS = 12;

/** The shortest time between two of the first starts; null if it never starts, infinite if only once. */
export function leastGap(starts: Omit<RecurringWindow, "durationMs">): DurationMs | null {
  const first = startsAfter(starts, JUDGED_FROM_MS, JUDGED_STARTS);
  if (first.length === 0) return null;
  return Math.min(...first.slice(1).map((startMs, i) => startMs - (first[i] ?? 0)));
}
