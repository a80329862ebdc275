import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { chunkKey } from "../../../../functions/adapters/dynamodb/chunk-key.ts";
import { createChunkStore } from "../../../../functions/adapters/dynamodb/chunk-store.ts";
import { encodeChunk, openPayload, sealPayload } from "../../../../shared/chunk/chunk.ts";
import { toRawMetric } from "../../../../shared/result/result.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { arbitraryChunk } from "../../../fakes/arbitrary-chunk.ts";
import { aChunk, aTask } from "../../../fakes/results.ts";

const START_MS = Date.UTC(2026, 0, 1, 12, 0, 30);
const SPAN = { fromMs: START_MS, toMs: START_MS + MINUTE_MS };
const SOUND = { ...aChunk({ termFromMs: START_MS }), shard: 0, part: 0, notUnderstoodCount: 0 };

/** Changes of single bytes, then another length. */
interface Mutation {
  readonly bytes: readonly (readonly [at: number, value: number])[];
  readonly length: number;
}

const arbitraryMutation: fc.Arbitrary<Mutation> = fc.record({
  bytes: fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 6 }),
  length: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat({ max: 400 })),
});

function mutate(bytes: Uint8Array, { bytes: changes, length }: Mutation): Uint8Array {
  const mutated = Uint8Array.from(bytes);
  for (const [at, value] of changes) mutated[at % Math.max(1, mutated.length)] = value;
  return mutated.subarray(0, length);
}

/** Chunks of this term with anything changed: of the stored bytes, or of the payload in a sound frame. */
const arbitraryBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map(sealPayload),
  fc.tuple(arbitraryChunk, arbitraryMutation, fc.boolean()).map(([chunk, mutation, isSealed]) => {
    const bytes = encodeChunk({ ...chunk, termFromMs: START_MS });
    return isSealed ? sealPayload(mutate(openPayload(bytes), mutation)) : mutate(bytes, mutation);
  }),
);

function itemOf(part: string, chunk: AttributeValue): Record<string, AttributeValue> {
  const { pk, sk } = chunkKey(0, START_MS, part);
  return { pk: { S: pk }, sk: { S: sk }, chunk };
}

function storeWith(...Items: Record<string, AttributeValue>[]) {
  const client = { send: async () => ({ Items }) } as unknown as DynamoDBClient;
  const readBundle = async () => null;
  return createChunkStore({
    client,
    table: "t",
    now: () => START_MS,
    keepMs: MINUTE_MS,
    readBundle,
  });
}

test("readChunks never throws, and reads the other chunks, whatever the bytes of one are", async () => {
  let damagedCount = 0;
  let oddCount = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryBytes, async (bytes) => {
      const store = storeWith(itemOf("1", { B: bytes }), itemOf("0", { B: encodeChunk(SOUND) }));
      const { chunks, damaged } = await store.readChunks(0, SPAN);
      const [first, ...odd] = chunks;
      assert.deepEqual(first, SOUND);
      assert.ok(odd.length + damaged.length <= 1);
      for (const { reason } of damaged) assert.ok(reason.length > 0);
      for (const { results } of odd) {
        for (const result of results) toRawMetric("eu", aTask("a"), result);
      }
      damagedCount += damaged.length;
      oddCount += odd.length;
    }),
    { numRuns: 2_000 },
  );
  assert.ok(damagedCount > 100 && oddCount > 20, `${damagedCount} damaged, ${oddCount} read`);
});

/** A result in it began at an instant that no date can have. */
const UNDATED =
  "AQCfl94JASoQMDEyMzQ1Njc4OWFiY2RlZrCWucu3MwYAgICAgAGAgICAAYCAgICAgAECCwYAAAAAAYCAgIABAx0G34" +
  "CAgN+ijICAgIzznQEBgJ2iKYApgICbgNgBHgQkBgD///+AgZ+fn5+AgNXW19eAwO3t7e2p7u7u7ptmZmbm2AEeBQcG" +
  "AAAAAAAABgcGAQEBAQEB";

test("readChunks takes a chunk with an instant that no date can have for damaged", async () => {
  const bytes = Buffer.from(UNDATED, "base64");
  const { damaged } = await storeWith(itemOf("1", { B: bytes })).readChunks(0, SPAN);
  assert.deepEqual(
    damaged.map(({ reason }) => reason),
    ["Chunk has an instant without a date"],
  );
});

const ODD_ATTRIBUTES: readonly AttributeValue[] = [
  { S: "x" },
  { N: "1" },
  { NULL: true },
  { L: [] },
  { B: new Uint8Array(0) },
];

for (const attribute of ODD_ATTRIBUTES) {
  test(`readChunks reads the other chunks beside ${JSON.stringify(attribute)}`, async () => {
    const store = storeWith(itemOf("1", attribute), itemOf("0", { B: encodeChunk(SOUND) }));
    const { chunks, damaged } = await store.readChunks(0, SPAN);
    assert.deepEqual(chunks, [SOUND]);
    assert.equal(damaged.length, 1);
  });
}
