import type { Timing } from "../../../shared/result/result.ts";
import { type DurationMs, toMicrosecondPrecision } from "../../../shared/units.ts";
import type { HandshakeTime, StallWatch } from "../timing/timing.ts";

/** A completed handshake and its figures. */
export interface Handshake {
  /** SYN to SYN-ACK by the best clock, see `timing`. */
  readonly connectTimeMs: DurationMs;
  /** The same as this process saw it. */
  readonly elapsedMs: DurationMs;
  readonly timing: Timing;
  readonly synRetransmits: number;
  /** This process stalled when the handshake ended, so the figure may be too long. */
  readonly suspect: boolean;
}

/** What this process saw of a handshake, on the monotonic clock. */
export interface HandshakeStamps {
  /** Right before the system call. */
  readonly begunAtMs: DurationMs;
  /** Right after the SYN left. */
  readonly sentAtMs: DurationMs;
  /** When the handshake was found complete. */
  readonly seenAtMs: DurationMs;
}

/** A system call that does not wait takes some 20 µs. */
const LONGEST_DIAL_MS: DurationMs = 1;

/** The figures of a handshake by its stamps and by what a clock nearer to the wire says, if anything. */
export function timeHandshake(
  stamps: HandshakeStamps,
  nearer: HandshakeTime | null,
  stalls: Pick<StallWatch, "spoils">,
): Handshake {
  const { begunAtMs, sentAtMs, seenAtMs } = stamps;
  const elapsedMs = toMicrosecondPrecision(seenAtMs - sentAtMs);
  const synRetransmits = nearer?.synRetransmits ?? 0;
  const nearerMs = synRetransmits === 0 ? (nearer?.connectTimeMs ?? null) : null;
  if (nearerMs !== null) {
    const suspect = stalls.spoils({ fromMs: begunAtMs, toMs: begunAtMs + nearerMs });
    return { connectTimeMs: nearerMs, elapsedMs, timing: "kernel", synRetransmits, suspect };
  }
  // If this process stalled in the dial, the SYN left at an unknown time within it.
  const isDialSlow = sentAtMs - begunAtMs > LONGEST_DIAL_MS;
  const suspect = isDialSlow || stalls.spoils({ fromMs: begunAtMs, toMs: sentAtMs + elapsedMs });
  return { connectTimeMs: elapsedMs, elapsedMs, timing: "user", synRetransmits, suspect };
}

/**
 * Stamps handshakes as complete. The callbacks of one poll of the event loop queue behind each
 * other, some 10 µs each, so the stamp of the first is the truest one for all.
 */
export class PollStamps {
  readonly #now: () => DurationMs;
  readonly #loopCount: () => number;
  #stampMs: DurationMs = 0;
  #loop = -1;

  constructor(now: () => DurationMs, loopCount: () => number) {
    this.#now = now;
    this.#loopCount = loopCount;
  }

  /** The stamp of this poll, or a new one if the SYN left after that. */
  stamp(sentMs: DurationMs): DurationMs {
    const loop = this.#loopCount();
    if (loop === this.#loop && this.#stampMs >= sentMs) return this.#stampMs;
    this.#loop = loop;
    this.#stampMs = this.#now();
    return this.#stampMs;
  }
}
