import { type DurationMs, type EpochMs, MINUTE_MS, startOfMinute } from "../../../shared/units.ts";
import type { Note } from "../note.ts";
import { type Monitor, NEVER_MS, type Seen } from "./monitor.ts";

/** What one region's checks of a minute came to. */
export interface RegionMinute {
  passedCount: number;
  failedCount: number;
  /** Of those that passed. */
  sumMs: DurationMs;
}

/** Decides on whole minutes, in order. */
export interface MinuteRule {
  /** `regions` has a hole for each that made no check. */
  judge(startMs: EpochMs, regions: readonly (RegionMinute | undefined)[]): void;
  readonly isQuiet: boolean;
  readonly notes: readonly Note[];
}

/** Gathers checks into minutes, and hands each over a while after its end. */
export class MinuteMonitor implements Monitor {
  readonly #rule: MinuteRule;
  readonly #afterMs: DurationMs;
  readonly #minutes = new Map<EpochMs, RegionMinute[]>();
  wakeAtMs: EpochMs = NEVER_MS;

  constructor(rule: MinuteRule, afterMs: DurationMs) {
    this.#rule = rule;
    this.#afterMs = afterMs;
  }

  get notes() {
    return this.#rule.notes;
  }

  get isQuiet(): boolean {
    return this.#rule.isQuiet && ![...this.#minutes.values()].some(hasFailures);
  }

  take({ region, slotAtMs, passed, tookMs }: Seen): void {
    const startMs = startOfMinute(slotAtMs);
    const regions = this.#minutes.get(startMs) ?? [];
    regions[region] ??= { passedCount: 0, failedCount: 0, sumMs: 0 };
    const own = regions[region];
    if (passed) own.passedCount++;
    else own.failedCount++;
    if (passed) own.sumMs += tookMs;
    this.#minutes.set(startMs, regions);
    if (this.wakeAtMs === NEVER_MS) this.wakeAtMs = startMs + MINUTE_MS + this.#afterMs;
  }

  wake(atMs: EpochMs): void {
    const startMs = atMs - MINUTE_MS - this.#afterMs;
    this.#rule.judge(startMs, this.#minutes.get(startMs) ?? []);
    this.#minutes.delete(startMs);
    const [nextMs] = this.#minutes.keys();
    if (!this.#rule.isQuiet) this.wakeAtMs = atMs + MINUTE_MS;
    else this.wakeAtMs = (nextMs ?? NEVER_MS) + MINUTE_MS + this.#afterMs;
  }
}

function hasFailures(regions: readonly RegionMinute[]): boolean {
  return regions.some((own) => own.failedCount > 0);
}
