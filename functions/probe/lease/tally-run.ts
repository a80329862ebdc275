import type { ChunkNotes } from "../../../shared/chunk/chunk.ts";
import { METRICS } from "../../../shared/contract.ts";
import { judgeResult, type ProbeResult } from "../../../shared/result/result.ts";
import type { DurationMs } from "../../../shared/units.ts";
import type { StartPacer } from "../admit/admit.ts";
import type { CheckObserver } from "../check/check.ts";
import { faultText } from "./fault-text.ts";
import { TrafficTally } from "./tally-traffic.ts";

/** Counts what one lease term did, for the notes of its chunks and for its line in the log. */
export class RunTally implements CheckObserver {
  readonly #coldStarts: number;
  readonly #pacer: Pick<StartPacer, "openCount" | "heldCount" | "stallCount">;
  #coldStart: boolean;
  #stallsSeen: number;
  #attempts = 0;
  #heldSamples = 0;
  #failures = 0;
  #rechecks = 0;
  #slotLagMs: DurationMs = 0;
  #openSocketsPeak = 0;
  /** Since the last notes, and in all. */
  #pacingDebtMs: DurationMs = 0;
  #pacingDebtPeakMs: DurationMs = 0;
  #remeasuredCount = 0;
  #remeasured = 0;
  #suspect = 0;
  #stalls = 0;
  #proberFault: string | null = null;
  readonly #traffic = new TrafficTally();
  readonly #internalErrors: Record<string, number> = {};

  constructor(
    coldStart: boolean,
    pacer: Pick<StartPacer, "openCount" | "heldCount" | "stallCount">,
  ) {
    this.#coldStarts = coldStart ? 1 : 0;
    this.#coldStart = coldStart;
    this.#pacer = pacer;
    this.#stallsSeen = pacer.stallCount;
  }

  /** The number of slots that have a result. */
  get slots(): number {
    return this.#attempts - this.#heldSamples;
  }

  /** The number of results of rechecks, which are in no figure beside. */
  get rechecks(): number {
    return this.#rechecks;
  }

  /** What the first prober threw that did, or null. */
  get proberFault(): string | null {
    return this.#proberFault;
  }

  /** How many checks were `internal`, by the system's code; null if none was. */
  get internalErrors(): Readonly<Record<string, number>> | null {
    return Object.keys(this.#internalErrors).length === 0 ? null : this.#internalErrors;
  }

  noteGrant(waitedMs: DurationMs): void {
    this.#pacingDebtMs = Math.max(this.#pacingDebtMs, waitedMs);
    this.#pacingDebtPeakMs = Math.max(this.#pacingDebtPeakMs, waitedMs);
    this.#openSocketsPeak = Math.max(this.#openSocketsPeak, this.#pacer.openCount);
  }

  noteRemeasured(): void {
    this.#remeasuredCount++;
    this.#remeasured++;
  }

  noteProberFault(fault: unknown): void {
    this.#proberFault ??= faultText(fault);
  }

  /** Counts the result of a check. `isHeld`: a connection that is held tells it, at its own instant. */
  noteResult(result: ProbeResult, isHeld = false): void {
    if (result.outcome === "internal") this.#noteInternal(result.errorCode ?? "no code");
    if (isHeld) this.#heldSamples++;
    this.#traffic.note(result, this.#pacer.heldCount);
    if (result.recheck) this.#rechecks++;
    else this.#noteSlot(result);
  }

  #noteSlot(result: ProbeResult): void {
    this.#attempts++;
    if (result.suspect) this.#suspect++;
    if (judgeResult(result) === "failed") this.#failures++;
    // An attempt after another one is later than its slot on purpose.
    if (result.retryCount > 0) return;
    this.#slotLagMs = Math.max(this.#slotLagMs, result.startedAtMs - result.slotAtMs);
  }

  #noteInternal(code: string): void {
    this.#internalErrors[code] = (this.#internalErrors[code] ?? 0) + 1;
  }

  /** What happened since the last call. */
  takeNotes(): ChunkNotes {
    const stallCount = this.#pacer.stallCount;
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

  /** The figures of the whole term, by the names of the probe's metrics. */
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
      ...this.#traffic.metrics(),
    };
  }
}
