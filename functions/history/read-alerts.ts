import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import type { HistoryPage, HistoryQuery } from "../ports/history-store.ts";
import type { HistorySources } from "./sources.ts";

/** The aggregator judges once a minute. */
export const POLL_MS: DurationMs = 10 * SECOND_MS;

/** An event is stored at most this long after the end of the window that it is dated by. */
export const LATE_MS: DurationMs = 30 * MINUTE_MS;

/** Reads the last events of a task or of all, newest first. */
export async function readAlerts(
  { alerts }: Pick<HistorySources, "alerts">,
  query: HistoryQuery,
): Promise<HistoryPage> {
  return alerts.readHistory(query);
}

/** What is known before events are followed. */
export interface Following {
  /** Null for the events of all tasks. */
  readonly taskName: string | null;
  /** What is not new. */
  readonly known: HistoryPage;
  readonly now: () => EpochMs;
  readonly sleep: (ms: DurationMs) => Promise<void>;
}

/**
 * Gives new events, oldest first, and what can't be read, each once, whenever there are any, until
 * the caller stops.
 */
export async function* followAlerts(
  sources: Pick<HistorySources, "alerts">,
  { taskName, known, now, sleep }: Following,
): AsyncGenerator<HistoryPage> {
  const seen = new Set(known.events.map(({ id }) => id));
  const seenDamaged = new Set(known.damaged.map(({ key }) => key));
  let beganMs = now();
  for (;;) {
    await sleep(POLL_MS);
    const untilMs = now() + 1;
    // If the clock is set back, what follows is dated before the beginning.
    beganMs = Math.min(beganMs, untilMs - 1);
    const sinceMs = Math.max(beganMs - LATE_MS, untilMs - 2 * LATE_MS);
    const query = { sinceMs, untilMs, limit: Number.POSITIVE_INFINITY, taskName };
    const page = await readAlerts(sources, query);
    const events = page.events.filter(({ id }) => !seen.has(id)).reverse();
    const damaged = page.damaged.filter(({ key }) => !seenDamaged.has(key));
    for (const { id } of events) seen.add(id);
    for (const { key } of damaged) seenDamaged.add(key);
    if (events.length + damaged.length > 0) yield { events, damaged };
  }
}
