import type { Interval } from "../../../shared/slot/slot.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  SECOND_MS,
} from "../../../shared/units.ts";
import type { RollUp } from "../../ports/roll-up-store.ts";

/** So long what was read is taken for true: hours that are packed meanwhile are read from both places. */
const TRUSTED_MS: DurationMs = 10 * SECOND_MS;

interface UnpackedSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
  readonly readRollUp: () => Promise<RollUp | null>;
}

/** Knows which hours' minutes are not, or not all, in their packed hours. */
export class UnpackedHours {
  readonly #setup: UnpackedSetup;
  #read: { readonly atMs: EpochMs; readonly rollUp: RollUp | null } | null = null;

  constructor(setup: UnpackedSetup) {
    this.#setup = setup;
  }

  /** The parts of an interval in such hours, the oldest first. */
  async within({ fromMs, toMs }: Interval): Promise<Interval[]> {
    const { now, keepMs } = this.#setup;
    // What is written late is kept for a day. No minute begins after the present one.
    const [oldestMs, newestMs] = [now() - keepMs - DAY_MS, now() + HOUR_MS];
    const known = await this.#rollUp();
    const presentMs = known === null ? oldestMs : known.current.hourMs;
    const before = (known?.unsettled ?? []).map(({ hourMs }) => hourMs).sort((a, b) => a - b);
    return [
      ...before.map((hourMs) => ({ fromMs: hourMs, toMs: hourMs + HOUR_MS })),
      { fromMs: presentMs, toMs: newestMs },
    ].flatMap((hours) => {
      const part = {
        fromMs: Math.max(hours.fromMs, fromMs, oldestMs),
        toMs: Math.min(hours.toMs, toMs),
      };
      return part.fromMs < part.toMs ? [part] : [];
    });
  }

  async #rollUp(): Promise<RollUp | null> {
    const nowMs = this.#setup.now();
    if (this.#read === null || Math.abs(nowMs - this.#read.atMs) >= TRUSTED_MS)
      this.#read = { atMs: nowMs, rollUp: await this.#setup.readRollUp() };
    return this.#read.rollUp;
  }
}
