import type { FleetSources } from "../../../functions/history/history.ts";
import { readAlerts } from "../../../functions/history/history.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../../shared/units.ts";

/** An event is stored at most this long after the instant that it is dated by. */
const LATE_MS: DurationMs = 30 * MINUTE_MS;

/** After so long without a reading it begins anew: what came meanwhile is no news. */
const PAUSE_MS: DurationMs = 2 * MINUTE_MS;

/** Finds the events that were stored since the last reading. */
export class NewEvents {
  readonly #sources: Pick<FleetSources, "alerts">;
  readonly #now: () => EpochMs;
  #known = new Map<string, EpochMs>();
  #readAtMs: EpochMs | null = null;

  constructor(sources: Pick<FleetSources, "alerts">, now: () => EpochMs) {
    this.#sources = sources;
    this.#now = now;
  }

  /** An event that is told otherwise is not found. */
  note({ id, time }: OutgoingEvent): void {
    this.#known.set(id, time);
  }

  /** Oldest first; none at the first reading. */
  async read(): Promise<OutgoingEvent[]> {
    const nowMs = this.#now();
    const span = { sinceMs: nowMs - LATE_MS, untilMs: nowMs + 1 };
    const limit = Number.POSITIVE_INFINITY;
    const { events } = await readAlerts(this.#sources, { ...span, limit, taskName: null });
    const isFirst = this.#readAtMs === null || nowMs - this.#readAtMs > PAUSE_MS;
    const found = isFirst ? [] : events.filter(({ id }) => !this.#known.has(id)).reverse();
    const kept = [...this.#known].filter(([, atMs]) => atMs >= span.sinceMs);
    this.#known = new Map([...kept, ...events.map(({ id, time }) => [id, time] as const)]);
    this.#readAtMs = nowMs;
    return found;
  }
}
