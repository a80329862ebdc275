import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { type Monitor, NEVER_MS, Pager, type Peer, type Seen } from "./monitor.ts";

/** `min_failure_duration` */
const FAILING_FOR_MS = MINUTE_MS;

/** Enough locations that have been failing, together and without a break, for a minute. */
class DatadogMonitor implements Monitor {
  readonly #isFailing: boolean[];
  readonly #pager = new Pager();
  #sinceMs: EpochMs | null = null;

  constructor(locationCount: number) {
    this.#isFailing = Array.from({ length: locationCount }, () => false);
  }

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return !this.#pager.isOpen && !this.#isFailing.includes(true);
  }

  get wakeAtMs(): EpochMs {
    if (this.#pager.isOpen || this.#sinceMs === null) return NEVER_MS;
    return this.#sinceMs + FAILING_FOR_MS;
  }

  take({ region, passed, atMs }: Seen): void {
    this.#isFailing[region] = !passed;
    const failingCount = this.#isFailing.filter((isFailing) => isFailing).length;
    if (failingCount > this.#isFailing.length / 2) {
      this.#sinceMs ??= atMs;
      return;
    }
    this.#sinceMs = null;
    this.#pager.tell(false, atMs);
  }

  wake(atMs: EpochMs): void {
    this.#pager.tell(true, atMs);
  }
}

/**
 * Datadog Synthetics with a majority of the locations, for a minute, and one retry after 300 ms.
 * Source: Datadog API, SyntheticsTestOptions (`min_location_failed`, `min_failure_duration`, `retry`).
 */
export const DATADOG: Peer = {
  name: "Datadog majority, 60 s",
  source: "Datadog API, SyntheticsTestOptions",
  places: "all",
  isInStep: true,
  retryDelaysMs: [300],
  start: ({ regionCount }) => new DatadogMonitor(regionCount),
};
