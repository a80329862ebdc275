import type { DurationMs } from "../../../shared/units.ts";

/** A handshake as someone nearer to the wire than this process saw it. */
export interface HandshakeTime {
  /** Null where it saw the handshake but can't time it: a SYN had to be sent again. */
  readonly connectTimeMs: DurationMs | null;
  readonly synRetransmits: number;
}

/**
 * Asked once for each handshake, right after it and while the socket is still open, by its file
 * descriptor. Null where it can't tell: then the time that this process saw counts. It must not
 * throw.
 */
export interface HandshakeClock {
  read(descriptor: number): HandshakeTime | null;
}

/** Knows nothing better than the timer in this process. */
export const userClock: HandshakeClock = { read: () => null };
