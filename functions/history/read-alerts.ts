import type { OutgoingEvent } from "../../shared/event/event.ts";
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
  /** Events that are not new. */
  readonly known: readonly OutgoingEvent[];
  readonly now: () => EpochMs;
  readonly sleep: (ms: DurationMs) => Promise<void>;
}

/**
 * Gives new events, oldest first, whenever there are any, until the caller stops. Events that can't
 * be read are ignored: `readAlerts` reports them.
 */
export async function* followAlerts(
  sources: Pick<HistorySources, "alerts">,
  { taskName, known, now, sleep }: Following,
): AsyncGenerator<readonly OutgoingEvent[]> {
  const seen = new Set(known.map(({ id }) => id));
  const beganMs = now();
  for (;;) {
    await sleep(POLL_MS);
    const untilMs = now() + 1;
    const sinceMs = Math.max(beganMs - LATE_MS, untilMs - 2 * LATE_MS);
    const query = { sinceMs, untilMs, limit: Number.POSITIVE_INFINITY, taskName };
    const { events } = await readAlerts(sources, query);
    const fresh = events.filter(({ id }) => !seen.has(id)).reverse();
    for (const { id } of fresh) seen.add(id);
    if (fresh.length > 0) yield fresh;
  }
}
