import { strict as assert } from "node:assert";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { ChunkError } from "../../../shared/chunk/bytes.ts";
import { MAX_PAYLOAD_BYTES, openPayload, sealPayload } from "../../../shared/chunk/frame.ts";

/** A frame with a right checksum, whatever is in it. */
function frame(version: number, flags: number, body: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(6 + body.length);
  chunk.set([version, flags]);
  chunk.set(body, 6);
  new DataView(chunk.buffer).setUint32(2, crc32(body, crc32(chunk.subarray(0, 2))), true);
  return chunk;
}

const BODY = Uint8Array.of(7, 7, 7);

const REFUSED: [string, Uint8Array, string][] = [
  ["nothing", new Uint8Array(0), "Chunk is too short"],
  ["less than a head", Uint8Array.of(1, 0, 0, 0, 0), "Chunk is too short"],
  ["a future version", frame(2, 0, BODY), "Chunk version 2 is not known to this reader (1)"],
  ["version 0", frame(0, 0, BODY), "Chunk version 0 is not known to this reader (1)"],
  ["reserved flags", frame(1, 2, BODY), "Chunk flags 2 are not known"],
  ["the last reserved flag", frame(1, 128, BODY), "Chunk flags 128 are not known"],
  ["what is not deflated", frame(1, 1, BODY), "Chunk can't be inflated"],
  [
    "a bomb",
    frame(1, 1, deflateRawSync(new Uint8Array(MAX_PAYLOAD_BYTES + 1))),
    "Chunk can't be inflated",
  ],
];

for (const [what, chunk, message] of REFUSED) {
  test(`openPayload refuses ${what}`, () => {
    assert.throws(() => openPayload(chunk), { name: "ChunkError", message });
  });
}

test("openPayload gives back what sealPayload took, compressed or not", () => {
  for (const length of [0, 1, 255, 256, 10_000]) {
    const payload = new Uint8Array(length).fill(3);
    const chunk = sealPayload(payload);
    assert.equal(chunk[1], length < 256 ? 0 : 1, `${length} bytes`);
    assert.deepEqual(Uint8Array.from(openPayload(chunk)), payload);
  }
});

test("sealPayload leaves as it is what compression would not make smaller", () => {
  const payload = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(sealPayload(payload)[1], 0);
});

test("sealPayload takes the smaller way: columns of noise have codes of their own, texts repeat", () => {
  let state = 1;
  const noise = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const columns = [128, 6, 10, 100].flatMap((below) =>
    Array.from({ length: 2_000 }, () => noise(below)),
  );
  const words = Array.from({ length: 800 }, () => `https://service-${noise(40)}.example.com/`);
  const texts = new TextEncoder().encode(words.join(""));
  const shareOf = (payload: Uint8Array) =>
    (sealPayload(payload).length - 6) / deflateRawSync(payload, { level: 9 }).length;
  assert.ok(shareOf(Uint8Array.from(columns)) < 0.92, `${shareOf(Uint8Array.from(columns))}`);
  assert.equal(shareOf(texts), 1);
  assert.deepEqual(
    Uint8Array.from(openPayload(sealPayload(Uint8Array.from(columns)))),
    Uint8Array.from(columns),
  );
});

test("sealPayload refuses what no reader would inflate", () => {
  assert.throws(() => sealPayload(new Uint8Array(MAX_PAYLOAD_BYTES + 1)), ChunkError);
});

test("openPayload reads a chunk that lies within a larger buffer", () => {
  const chunk = sealPayload(BODY);
  const larger = new Uint8Array(chunk.length + 9);
  larger.set(chunk, 5);
  assert.deepEqual(openPayload(larger.subarray(5, 5 + chunk.length)), BODY);
});
