import { strict as assert } from "node:assert";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import { cutChunk, MAX_ITEM_BYTES } from "../../../../functions/adapters/dynamodb/cut-chunk.ts";
import { decodeChunk } from "../../../../shared/chunk/chunk.ts";
import { aChunk, aResult } from "../../../fakes/results.ts";

const SLOT_MS = Date.UTC(2026, 0, 1);

function chunkOf(count: number, addressBytes: number) {
  const results = Array.from({ length: count }, (_, taskIndex) =>
    aResult({ taskIndex, address: randomBytes(addressBytes).toString("base64") }),
  );
  return { ...aChunk({ results }), shard: 0, part: 4 };
}

test("cutChunk leaves whole what fits an item", () => {
  const chunk = chunkOf(100, 12);
  const pieces = [...cutChunk(chunk)];
  assert.deepEqual(
    pieces.map(({ name, sampleCount }) => [name, sampleCount]),
    [["4", 100]],
  );
});

test("cutChunk cuts until every piece fits an item, and loses no result", () => {
  const chunk = chunkOf(1_000, 1_000);
  const pieces = [...cutChunk(chunk)];
  assert.ok(pieces.every(({ bytes }) => bytes.length <= MAX_ITEM_BYTES));
  assert.deepEqual(
    pieces.map(({ name }) => name),
    ["4", "4.1", "4.2", "4.3"],
  );
  assert.deepEqual(
    pieces.flatMap(({ bytes }) => decodeChunk(bytes).results),
    chunk.results,
  );
});

/** Four flushes' worth of checks of sixteen addresses each, by a thousand tasks. */
function manyAddresses() {
  const results = Array.from({ length: 4_000 }, (_, i) =>
    aResult({
      taskIndex: Math.floor(i / 4),
      slotAtMs: SLOT_MS + (i % 4) * 15_000,
      detail: {
        parts: Array.from({ length: 16 }, (_, part) => ({
          address: `10.${i >> 8}.${i & 255}.${part}`,
          outcome: "open" as const,
          connectTimeMs: randomInt(50_000) / 1_000,
        })),
      },
    }),
  );
  return { ...aChunk({ results }), shard: 0, part: 0 };
}

test("cutChunk divides a flush of checks with sixteen addresses, a tenth of a second at a time", () => {
  const chunk = manyAddresses();
  const pieces = [...cutChunk(chunk)];
  assert.ok(pieces.length >= 8, `${pieces.length} pieces`);
  assert.ok(pieces.every(({ bytes }) => bytes.length <= MAX_ITEM_BYTES));
  assert.deepEqual(
    pieces.flatMap(({ bytes }) => decodeChunk(bytes).results),
    chunk.results,
  );
});

test("cutChunk divides what is too large to be encoded, as with a chain in each result", () => {
  const chain = () =>
    Array.from({ length: 10 }, () => ({
      ...{ subject: randomBytes(60).toString("hex"), issuer: randomBytes(60).toString("hex") },
      ...{
        names: Array.from({ length: 20 }, () => randomBytes(30).toString("hex")),
        nameCount: 20,
      },
      ...{ serial: randomBytes(16).toString("hex"), fingerprint: randomBytes(32).toString("hex") },
      ...{ fromMs: 0, untilMs: 1, keyType: "EC", keyBits: 256 },
    }));
  const results = Array.from({ length: 600 }, (_, taskIndex) => {
    const facts = { protocol: "TLSv1.3", cipher: "c", alpn: null, chain: chain(), fault: null };
    return aResult({ taskIndex, detail: { certificateFacts: facts } });
  });
  const pieces = [...cutChunk({ ...aChunk({ results }), shard: 0, part: 0 })];
  assert.ok(pieces.every(({ bytes }) => bytes.length <= MAX_ITEM_BYTES));
  assert.deepEqual(
    pieces.flatMap(({ bytes }) => decodeChunk(bytes).results),
    results,
  );
});

test("cutChunk stores a result whose detail no item can hold without it, and the others whole", () => {
  const answer = randomBytes(600_000).toString("base64");
  const results = [
    aResult({ taskIndex: 0, detail: { answer: "short" } }),
    aResult({ taskIndex: 1, detail: { answer } }),
    aResult({ taskIndex: 2, detail: { answer: "x".repeat(20_000_000) } }),
  ];
  const pieces = [...cutChunk({ ...aChunk({ results }), shard: 0, part: 0 })];
  assert.deepEqual(
    pieces.flatMap(({ bytes }) => decodeChunk(bytes).results),
    [results[0], { ...results[1], detail: null }, { ...results[2], detail: null }],
  );
});

test("cutChunk refuses a sample that no item can hold", () => {
  assert.throws(() => [...cutChunk(chunkOf(1, 600_000))], /^Error: One sample takes \d+ bytes/);
});
