import { RARE_METRICS } from "../../../shared/contract.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";

/** The counts of a result that are added up. */
const COUNTED = ["sentBytes", "receivedBytes", "sentMessages", "receivedMessages"] as const;

/** Counts what a term exchanged with its targets, and how many connections it held. */
export class TrafficTally {
  readonly #sums = new Map<(typeof COUNTED)[number], number>();
  #heldPeak = 0;

  /** Counts a result that exchanged or held something. `heldCount` is how many are held at that moment. */
  note(result: ProbeResult, heldCount: number): void {
    for (const field of COUNTED) {
      if (result[field] > 0) this.#sums.set(field, (this.#sums.get(field) ?? 0) + result[field]);
    }
    if (result.heldMs !== null) this.#heldPeak = Math.max(this.#heldPeak, heldCount);
  }

  /** The metrics that are above zero: those of a shard of plain tasks are none. */
  metrics(): Record<string, number> {
    const sums = [...this.#sums].map(([field, sum]) => [RARE_METRICS[field], sum]);
    return {
      ...Object.fromEntries(sums),
      ...(this.#heldPeak > 0 && { [RARE_METRICS.heldConnectionsPeak]: this.#heldPeak }),
    };
  }
}
