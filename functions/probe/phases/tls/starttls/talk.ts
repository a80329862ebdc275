import type { Outcome } from "../../../../../shared/result/result.ts";
import type { DurationMs } from "../../../../../shared/units.ts";
import type { PhaseFailure, Session } from "../../session/session.ts";

/** Greetings and lists of abilities are short; a longer one is none. */
const MOST_ANSWER_BYTES = 8 * 1_024;

/** An answer that is complete, or why there is none. */
export type Answer = { readonly bytes: Buffer } | PhaseFailure;

/** How many of the bytes that have come are a whole answer; null if more must come. */
export type MeasureAnswer = (received: Buffer) => number | null;

/** A plain-text exchange before TLS, within bounds of time and size. */
export class Talk {
  readonly #session: Session;
  readonly #endMs: DurationMs;
  /** When TLS was asked for; null if it was not yet. */
  requestedAtMs: DurationMs | null = null;

  constructor(session: Session, endMs: DurationMs) {
    this.#session = session;
    this.#endMs = endMs;
  }

  /** Sends bytes, or text as UTF-8. */
  send(what: string | Uint8Array): void {
    this.#session.channel.send(typeof what === "string" ? Buffer.from(what) : what);
  }

  /** Sends the request for TLS, with which its time begins. */
  request(what: string | Uint8Array): void {
    this.requestedAtMs = this.#session.clock.monotonic();
    this.send(what);
  }

  /** Waits for a whole answer, and takes it. */
  async hear(measure: MeasureAnswer): Promise<Answer> {
    const { channel, limits } = this.#session;
    const endMs = limits.endOfRead(this.#endMs);
    for (;;) {
      const byteCount = measure(channel.received);
      if (byteCount !== null) return this.#take(byteCount);
      if (channel.received.length > MOST_ANSWER_BYTES)
        return this.fail("unexpected_answer", "TOO_LONG", channel.received);
      const arrival = await channel.wait(endMs);
      if (arrival === "late") return this.fail("no_answer");
      if (arrival === "fin") return this.fail("closed_early", "FIN");
      if (arrival === "reset") return this.fail("closed_early", "RST");
    }
  }

  /** A failure of this phase. */
  fail(outcome: Outcome, errorCode?: string, answer?: Uint8Array): PhaseFailure {
    return {
      outcome,
      phase: "tls",
      ...(errorCode !== undefined && { errorCode }),
      ...(answer !== undefined && { answer }),
    };
  }

  /** What has come in plain text behind the last answer is no part of TLS. */
  leftover(): PhaseFailure | null {
    const { received } = this.#session.channel;
    if (received.length === 0) return null;
    return this.fail("unexpected_answer", "PLAIN_TEXT_BEFORE_TLS", received);
  }

  #take(byteCount: number): Answer {
    const { channel } = this.#session;
    const bytes = channel.take(byteCount);
    this.#session.receivedMessages++;
    if (channel.sentMessages === 0) this.#session.greetedWith = bytes;
    return { bytes };
  }
}
