import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { cutChunk, MAX_ITEM_BYTES } from "../../../../functions/adapters/dynamodb/chunk-store.ts";
import { decodeChunk } from "../../../../shared/chunk/chunk.ts";
import { aChunk, aResult } from "../../../fakes/results.ts";

function chunkOf(count: number, addressBytes: number) {
  const results = Array.from({ length: count }, (_, taskIndex) =>
    aResult({ taskIndex, address: randomBytes(addressBytes).toString("base64") }),
  );
  return { ...aChunk({ results }), shard: 0, part: 4 };
}

test("cutChunk leaves whole what fits an item", () => {
  const chunk = chunkOf(100, 12);
  const pieces = cutChunk(chunk);
  assert.deepEqual(
    pieces.map(({ name, sampleCount }) => [name, sampleCount]),
    [["4", 100]],
  );
});

test("cutChunk cuts until every piece fits an item, and loses no result", () => {
  const chunk = chunkOf(1_000, 1_000);
  const pieces = cutChunk(chunk);
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

test("cutChunk refuses a sample that no item can hold", () => {
  assert.throws(() => cutChunk(chunkOf(1, 600_000)), /^Error: One sample takes \d+ bytes/);
});
