import type { GreetingAnswer, GreetingProtocol } from "./greeting-type.ts";

/** CONNECT of MQTT 3.1.1 (3.1): a clean session without a name, so that no other client is pushed out. */
const CONNECT = Buffer.from([0x10, 12, 0, 4, ...Buffer.from("MQTT"), 4, 2, 0, 60, 0, 0]);
const DISCONNECT = Buffer.from([0xe0, 0]);

/** CONNACK, 3.2: its type, the length 2, flags, the return code. */
const CONNACK_HEAD = Buffer.from([0x20, 2]);
const CONNACK_BYTES = 4;

/** Return codes of table 3.1; the others refuse this client by its name or its credentials. */
const ACCEPTED = 0;
const OTHER_VERSION = 1;
const UNAVAILABLE = 3;
const LAST_CODE = 5;

/** How MQTT begins: a client connects, and the server says whether it may. */
export const MQTT: GreetingProtocol = { kind: "packets", opening: CONNECT, read };

function read(received: Buffer): GreetingAnswer | null {
  const head = received.subarray(0, CONNACK_HEAD.length);
  if (!head.equals(CONNACK_HEAD.subarray(0, head.length))) return { kind: "unexpected" };
  if (received.length < CONNACK_BYTES) return null;
  return answerOf(received.readUInt8(CONNACK_BYTES - 1));
}

function answerOf(code: number): GreetingAnswer {
  if (code === ACCEPTED) return { kind: "good", goodbye: { bytes: DISCONNECT } };
  if (code === OTHER_VERSION) return { kind: "unexpected", isVersion: true };
  if (code === UNAVAILABLE) return { kind: "rejected", errorCode: "SERVER_UNAVAILABLE" };
  return code <= LAST_CODE ? { kind: "good" } : { kind: "unexpected" };
}
