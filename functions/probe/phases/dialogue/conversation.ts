import type { Phase } from "../../../../shared/task/task.ts";
import type { DurationMs } from "../../../../shared/units.ts";
import type { PhaseFailure, Session } from "../session/session.ts";
import { missingAnswer, SENT_ELSEWHERE, startsWithTlsAlert } from "./missing-answer.ts";

/** Looks at what has come, with the time until which it may; null: more has to come. */
export type Look = (
  received: Buffer,
  untilMs: DurationMs,
) => PhaseFailure | "answered" | null | Promise<PhaseFailure | "answered" | null>;

/** Sending and hearing on a session's channel, until an instant. */
export class Conversation {
  readonly session: Session;
  readonly #endMs: DurationMs;
  readonly #elsewhere: Buffer | null;
  /** How much of what has come was there before the last send, and so is no answer to it. */
  #staleBytes = 0;

  constructor(session: Session, endMs: DurationMs) {
    this.session = session;
    this.#endMs = endMs;
    const hex = session.task.dialogue?.reconnectOnHex;
    this.#elsewhere = hex === undefined ? null : Buffer.from(hex, "hex");
  }

  /** When the whole conversation ends. */
  get endMs(): DurationMs {
    return this.#endMs;
  }

  /** Sends bytes; what comes from now on is the answer. */
  send(bytes: Uint8Array): void {
    const { channel } = this.session;
    this.#staleBytes = channel.received.length;
    channel.send(bytes);
  }

  /** Removes the first bytes of what has come, because they are understood. */
  take(byteCount: number): void {
    this.session.channel.take(byteCount);
    this.#staleBytes = Math.max(0, this.#staleBytes - byteCount);
  }

  /** What has come since the last send and is not taken. */
  get fresh(): Buffer {
    return this.session.channel.received.subarray(this.#staleBytes);
  }

  /** Waits until the look has found its answer; null if it is a good one. */
  async hear(phase: Phase, look: Look): Promise<PhaseFailure | null> {
    const { channel, limits, clock } = this.session;
    const untilMs = limits.endOfRead(this.#endMs);
    for (;;) {
      const found = this.#redirect(phase) ?? (await look(channel.received, untilMs));
      if (found === "answered") return this.#heard(null);
      if (this.#wantsTls()) return this.#heard({ outcome: "tls_required", phase });
      if (found !== null) return this.#heard(found);
      // A flood of news does not outlast the time.
      const arrival = clock.monotonic() < untilMs ? await channel.wait(untilMs) : "late";
      if (arrival !== "data") return this.#missing(phase, arrival);
    }
  }

  #heard(failure: PhaseFailure | null): PhaseFailure | null {
    this.session.receivedMessages++;
    return failure;
  }

  #missing(phase: Phase, arrival: "fin" | "reset" | "late" | "full"): PhaseFailure {
    const { fresh } = this;
    if (fresh.length > 0) this.session.receivedMessages++;
    return missingAnswer(phase, arrival, fresh);
  }

  #redirect(phase: Phase): PhaseFailure | null {
    if (this.#elsewhere === null || !this.session.channel.received.includes(this.#elsewhere)) {
      return null;
    }
    return { outcome: "rejected", phase, errorCode: SENT_ELSEWHERE, sentElsewhere: true };
  }

  #wantsTls(): boolean {
    return this.session.tlsTimeMs === null && startsWithTlsAlert(this.fresh);
  }
}
