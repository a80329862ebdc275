import type { GreetingAnswer, GreetingProtocol } from "./greeting-type.ts";

/** The protocol header of AMQP 0-9-1 (specification, 4.2.2). */
const HEADER = Buffer.from([...Buffer.from("AMQP"), 0, 0, 9, 1]);

/** A frame (4.2.3): its type, its channel, its size, what it carries, and an end byte. */
const FRAME_HEAD_BYTES = 7;
const FRAME_END = 0xce;
/** A method frame on channel 0. */
const METHOD_HEAD = Buffer.from([1, 0, 0]);
/** Connection.Start: class 10, method 10. */
const START = Buffer.from([0, 10, 0, 10]);

/** What the server tells of itself, in its table of properties: a name, the type of a long string, a length. */
const PROPERTIES = ["product", "version"];
const LENGTH_BYTES = 4;

/** How AMQP 0-9-1 begins. A server that speaks another version answers with its own header (4.2.2). */
export const AMQP: GreetingProtocol = { kind: "packets", opening: HEADER, read };

function read(received: Buffer): GreetingAnswer | null {
  if (isBegun(received, HEADER.subarray(0, 4))) {
    return received.length < HEADER.length ? null : { kind: "unexpected", isVersion: true };
  }
  if (!isBegun(received, METHOD_HEAD)) return { kind: "unexpected" };
  if (received.length < FRAME_HEAD_BYTES) return null;
  const endByte = FRAME_HEAD_BYTES + received.readUInt32BE(METHOD_HEAD.length);
  if (received.length <= endByte) return null;
  const payload = received.subarray(FRAME_HEAD_BYTES, endByte);
  const isStart = payload.subarray(0, START.length).equals(START);
  if (!isStart || received[endByte] !== FRAME_END) return { kind: "unexpected" };
  return { kind: "good", labels: labelsOf(payload) };
}

/** Whether bytes begin so, as far as they have come. */
function isBegun(received: Buffer, expected: Buffer): boolean {
  const begun = received.subarray(0, expected.length);
  return begun.equals(expected.subarray(0, begun.length));
}

function labelsOf(payload: Buffer): Record<string, string> {
  const found = PROPERTIES.flatMap((name) => {
    const text = propertyOf(payload, name);
    return text === null ? [] : [[name === "product" ? "server" : name, text]];
  });
  return Object.fromEntries(found);
}

function propertyOf(payload: Buffer, name: string): string | null {
  const mark = Buffer.from([name.length, ...Buffer.from(`${name}S`)]);
  const markAt = payload.indexOf(mark);
  const textAt = markAt + mark.length + LENGTH_BYTES;
  if (markAt < 0 || payload.length < textAt) return null;
  const byteCount = payload.readUInt32BE(textAt - LENGTH_BYTES);
  return payload.subarray(textAt, textAt + byteCount).toString();
}
