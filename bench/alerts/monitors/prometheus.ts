import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { type Monitor, NEVER_MS, Pager, type Peer, type Seen } from "./monitor.ts";

/** How often rules are evaluated, in the example configuration that most begin with. */
const EVALUATED_EVERY_MS = 15 * SECOND_MS;

/** `for: 1m` */
const FOR_MS = MINUTE_MS;

/** `probe_success == 0`, pending for a minute before it fires. */
class PrometheusMonitor implements Monitor {
  readonly #pager = new Pager();
  #passed = true;
  #pendingSinceMs: EpochMs | null = null;
  wakeAtMs: EpochMs = NEVER_MS;

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return this.#passed && this.#pendingSinceMs === null && !this.#pager.isOpen;
  }

  take({ passed, atMs }: Seen): void {
    this.#passed = passed;
    if (this.isQuiet) this.wakeAtMs = NEVER_MS;
    else if (this.wakeAtMs === NEVER_MS) this.wakeAtMs = nextEvaluation(atMs);
  }

  wake(atMs: EpochMs): void {
    if (this.#passed) this.#pendingSinceMs = null;
    else this.#pendingSinceMs ??= atMs;
    const pendingMs = atMs - (this.#pendingSinceMs ?? atMs);
    this.#pager.tell(this.#pendingSinceMs !== null && pendingMs >= FOR_MS, atMs);
    this.wakeAtMs = this.isQuiet ? NEVER_MS : nextEvaluation(atMs);
  }
}

function nextEvaluation(atMs: EpochMs): EpochMs {
  return (Math.floor(atMs / EVALUATED_EVERY_MS) + 1) * EVALUATED_EVERY_MS;
}

/**
 * Prometheus with blackbox_exporter: `probe_success == 0` with `for: 1m`, evaluated every 15 s; one
 * location. Sources: prometheus.io, alerting rules; prometheus/blackbox_exporter, README.
 */
export const PROMETHEUS: Peer = {
  name: "Prometheus for: 1m",
  source: "prometheus.io/docs, alerting rules; prometheus/blackbox_exporter, README",
  places: "one",
  isInStep: false,
  retryDelaysMs: [],
  start: () => new PrometheusMonitor(),
};
