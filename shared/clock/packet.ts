import { type DurationMs, type EpochMs, SECOND_MS } from "../units.ts";

/** The bytes of a packet without extensions. */
export const PACKET_BYTES = 48;

// Where its fields are: RFC 5905, section 7.3.
const AT = { stratum: 1, rootDelay: 4, rootDispersion: 8, reference: 12 } as const;
const TIMES_AT = { originate: 24, receive: 32, transmit: 40 } as const;

const CLIENT_MODE = 3;
const SERVER_MODE = 4;
const VERSION = 4;
const OLDEST_VERSION = 3;
const LEAP_UNKNOWN = 3;
const LAST_STRATUM = 15;

/** 1900 to 1970, and how long the 32 bits of its seconds last: the next era begins in 2036. */
const EPOCH_SECONDS = 2_208_988_800;
const ERA_SECONDS = 2 ** 32;

/** A server that is this far from its own source does not know the time (RFC 4330, section 10). */
const FARTHEST_ROOT_MS: DurationMs = SECOND_MS;

/** What a packet says that came back. */
export type Answer =
  | { readonly kind: "time"; readonly arrivedAtMs: EpochMs; readonly answeredAtMs: EpochMs }
  /** The server wants fewer questions or none: its code is four letters, such as `RATE`. */
  | { readonly kind: "kiss"; readonly code: string }
  /** The server does not know the time itself. */
  | { readonly kind: "unsynchronised" }
  /** It is no answer to our question: the answer may still come. */
  | { readonly kind: "foreign" };

/**
 * A question that says nothing of us: of the header only version and mode, and in place of our time a
 * random number of eight bytes, which an answer must repeat (draft-ietf-ntp-data-minimization).
 */
export function printQuestion(nonce: Uint8Array): Uint8Array {
  const packet = new Uint8Array(PACKET_BYTES);
  packet[0] = VERSION * 8 + CLIENT_MODE;
  packet.set(nonce, TIMES_AT.transmit);
  return packet;
}

/** Reads a packet as the answer to the question with this nonce, which was asked about `nearMs`. */
export function parseAnswer(bytes: Uint8Array, nonce: Uint8Array, nearMs: EpochMs): Answer {
  if (bytes.length < PACKET_BYTES || !isAnswerTo(bytes, nonce)) return { kind: "foreign" };
  const packet = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stratum = packet.getUint8(AT.stratum);
  if (stratum === 0) return { kind: "kiss", code: kissCodeOf(bytes) };
  if (stratum > LAST_STRATUM || !isSynchronised(packet)) return { kind: "unsynchronised" };
  return {
    kind: "time",
    arrivedAtMs: instantAt(packet, TIMES_AT.receive, nearMs),
    answeredAtMs: instantAt(packet, TIMES_AT.transmit, nearMs),
  };
}

function isAnswerTo(bytes: Uint8Array, nonce: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const version = (first >> 3) & 7;
  if ((first & 7) !== SERVER_MODE || version < OLDEST_VERSION || version > VERSION) return false;
  return nonce.every((byte, i) => bytes[TIMES_AT.originate + i] === byte);
}

/** Only letters and digits: it is shown in a log. */
function kissCodeOf(bytes: Uint8Array): string {
  const letters = String.fromCharCode(...bytes.subarray(AT.reference, AT.reference + 4));
  return letters.replace(/[^A-Za-z0-9]/g, "");
}

function isSynchronised(packet: DataView): boolean {
  const isLeapKnown = packet.getUint8(0) >> 6 !== LEAP_UNKNOWN;
  const distanceMs = shortAt(packet, AT.rootDelay) / 2 + shortAt(packet, AT.rootDispersion);
  const isTold = [TIMES_AT.receive, TIMES_AT.transmit].every((at) => packet.getBigUint64(at) > 0n);
  return isLeapKnown && isTold && distanceMs < FARTHEST_ROOT_MS;
}

/** Seconds of 16 bits and as many bits of a fraction. */
function shortAt(packet: DataView, at: number): DurationMs {
  return (packet.getUint32(at) / 2 ** 16) * SECOND_MS;
}

/** A packet does not say its era: it is the one that brings the instant nearest to our own clock. */
function instantAt(packet: DataView, at: number, nearMs: EpochMs): EpochMs {
  const seconds = packet.getUint32(at) - EPOCH_SECONDS;
  const era = Math.round((nearMs / SECOND_MS - seconds) / ERA_SECONDS);
  const fraction = packet.getUint32(at + 4) / 2 ** 32;
  return (seconds + era * ERA_SECONDS + fraction) * SECOND_MS;
}
