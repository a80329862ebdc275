import type { ChunkNotes } from "../../../shared/chunk/chunk.ts";
import { METRICS } from "../../../shared/contract.ts";
import { judgeOutcome, type ProbeResult } from "../../../shared/result/result.ts";
import type { DurationMs } from "../../../shared/units.ts";

/** Counts what one cover did, for its chunks' notes and for its line in the log. */
export class RunTally {
  readonly #coldStarts: number;
  #coldStart: boolean;
  #stallsSeen: number;
  #attempts = 0;
  #failures = 0;
  #slotLagMs: DurationMs = 0;
  #openSocketsPeak = 0;
  /** Since the last notes, and in all. */
  #pacingDebtMs: DurationMs = 0;
  #pacingDebtPeakMs: DurationMs = 0;
  #remeasuredCount = 0;
  #remeasured = 0;
  #suspect = 0;
  #stalls = 0;

  constructor(coldStart: boolean, stallsSeen: number) {
    this.#coldStarts = coldStart ? 1 : 0;
    this.#coldStart = coldStart;
    this.#stallsSeen = stallsSeen;
  }

  get attempts(): number {
    return this.#attempts;
  }

  noteTurn(waitedMs: DurationMs, openCount: number): void {
    this.#pacingDebtMs = Math.max(this.#pacingDebtMs, waitedMs);
    this.#pacingDebtPeakMs = Math.max(this.#pacingDebtPeakMs, waitedMs);
    this.#openSocketsPeak = Math.max(this.#openSocketsPeak, openCount);
  }

  noteRemeasured(): void {
    this.#remeasuredCount++;
    this.#remeasured++;
  }

  noteResult(result: ProbeResult): void {
    this.#attempts++;
    if (result.suspect) this.#suspect++;
    if (judgeOutcome(result.outcome, result.expect) === "failed") this.#failures++;
    this.#slotLagMs = Math.max(this.#slotLagMs, result.startedAtMs - result.slotAtMs);
  }

  /** What was noticed since the last time this was asked. `stallCount` is the pacer's own. */
  takeNotes(stallCount: number): ChunkNotes {
    const notes = {
      coldStart: this.#coldStart,
      stallCount: stallCount - this.#stallsSeen,
      remeasuredCount: this.#remeasuredCount,
      pacingDebtMs: this.#pacingDebtMs,
    };
    this.#stalls += notes.stallCount;
    this.#remeasuredCount = 0;
    this.#coldStart = false;
    this.#stallsSeen = stallCount;
    this.#pacingDebtMs = 0;
    return notes;
  }

  metrics(): Record<string, number> {
    return {
      [METRICS.probe.attempts]: this.#attempts,
      [METRICS.probe.failures]: this.#failures,
      [METRICS.probe.slotLagMs]: this.#slotLagMs,
      [METRICS.probe.openSocketsPeak]: this.#openSocketsPeak,
      [METRICS.probe.stalls]: this.#stalls,
      [METRICS.probe.remeasured]: this.#remeasured,
      [METRICS.probe.suspect]: this.#suspect,
      [METRICS.probe.coldStarts]: this.#coldStarts,
      [METRICS.probe.pacingDebtMs]: this.#pacingDebtPeakMs,
    };
  }
}
