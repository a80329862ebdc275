import type { EpochMs } from "../../../shared/units.ts";
import { type Monitor, NEVER_MS, Pager, type Peer, type Seen } from "./monitor.ts";

const CONDITION = { failures: 3, total: 5 } as const;

/** So many failures among the last checks. */
class CloudproberMonitor implements Monitor {
  readonly wakeAtMs: EpochMs = NEVER_MS;
  readonly #pager = new Pager();
  readonly #failed: boolean[] = Array.from({ length: CONDITION.total }, () => false);

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return !this.#failed.includes(true);
  }

  take({ passed, atMs }: Seen): void {
    this.#failed.shift();
    this.#failed.push(!passed);
    const failedCount = this.#failed.filter((failed) => failed).length;
    this.#pager.tell(failedCount >= CONDITION.failures, atMs);
  }

  wake(): void {
    return;
  }
}

/**
 * cloudprober with the condition of its documentation, `failures: 3, total: 5`; resolved as soon as
 * fewer fail; one location. Source: cloudprober, internal/alerting/alerting.go.
 */
export const CLOUDPROBER: Peer = {
  name: "cloudprober 3 of 5",
  source: "cloudprober @ 321da494, internal/alerting/alerting.go",
  places: "one",
  isInStep: false,
  retryDelaysMs: [],
  start: () => new CloudproberMonitor(),
};
