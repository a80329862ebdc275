import type { EpochMs } from "../../../shared/units.ts";
import { type Monitor, NEVER_MS, Pager, type Peer, type Seen } from "./monitor.ts";

/** Runs in a row that must fail. */
const RUNS = 2;

/** A run is one check from every location; it fails if half of them fail. */
class ChecklyMonitor implements Monitor {
  readonly wakeAtMs: EpochMs = NEVER_MS;
  readonly #pager = new Pager();
  readonly #locationCount: number;
  #seenCount = 0;
  #failedCount = 0;
  #failedRuns = 0;

  constructor(locationCount: number) {
    this.#locationCount = locationCount;
  }

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return !this.#pager.isOpen && this.#failedRuns === 0 && this.#seenCount === 0;
  }

  take({ passed, atMs }: Seen): void {
    this.#seenCount++;
    if (!passed) this.#failedCount++;
    if (this.#seenCount < this.#locationCount) return;
    const failed = this.#failedCount / this.#locationCount >= 0.5;
    this.#failedRuns = failed ? this.#failedRuns + 1 : 0;
    this.#seenCount = 0;
    this.#failedCount = 0;
    if (!failed) this.#pager.tell(false, atMs);
    if (this.#failedRuns >= RUNS) this.#pager.tell(true, atMs);
  }

  wake(): void {
    return;
  }
}

/**
 * Checkly, run based: two runs in a row fail, a run in which at least half of the locations fail.
 * Sources: checklyhq.com, alert-escalation-policy and retry-strategy.
 */
export const CHECKLY: Peer = {
  name: "Checkly 2 runs, 50 %",
  source: "checklyhq.com, alert-escalation-policy",
  places: "all",
  isInStep: true,
  retryDelaysMs: [],
  start: ({ regionCount }) => new ChecklyMonitor(regionCount),
};
