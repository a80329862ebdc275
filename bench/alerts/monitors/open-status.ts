import type { EpochMs } from "../../../shared/units.ts";
import { type Monitor, NEVER_MS, Pager, type Peer, type Seen } from "./monitor.ts";

/** Each region's last status; half of the regions with one status are the monitor's. */
class OpenStatusMonitor implements Monitor {
  readonly wakeAtMs: EpochMs = NEVER_MS;
  readonly #isDown: boolean[];
  readonly #pager = new Pager();

  constructor(regionCount: number) {
    this.#isDown = Array.from({ length: regionCount }, () => false);
  }

  get notes() {
    return this.#pager.notes;
  }

  get isQuiet(): boolean {
    return !this.#pager.isOpen && !this.#isDown.includes(true);
  }

  take({ region, passed, atMs }: Seen): void {
    this.#isDown[region] = !passed;
    const agreeing = this.#isDown.filter((isDown) => isDown !== passed).length;
    if (agreeing >= this.#isDown.length / 2) this.#pager.tell(!passed, atMs);
  }

  wake(): void {
    return;
  }
}

/**
 * OpenStatus: a check is tried four times in a few seconds (exponential back-off from half a second),
 * and a status that half of the regions have is the monitor's. Source: openstatusHQ/openstatus,
 * apps/workflows/src/checker/index.ts and apps/checker/handlers/tcp.go.
 */
export const OPEN_STATUS: Peer = {
  name: "OpenStatus",
  source: "openstatusHQ/openstatus @ 22df52eb0, apps/workflows/src/checker/index.ts",
  places: "all",
  isInStep: true,
  retryDelaysMs: [500, 750, 1_125],
  start: ({ regionCount }) => new OpenStatusMonitor(regionCount),
};
