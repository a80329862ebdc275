import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readBatches, writeBatches } from "../../../../functions/adapters/dynamodb/batches.ts";

interface Call {
  readonly RequestItems: { readonly t: unknown };
}

/** A table that answers each call as it is told, and delays that take no time. */
function throttled(answer: (input: Call, call: number) => object) {
  const sizes: number[] = [];
  const delays: number[] = [];
  const send = async ({ input }: { input: Call }) => {
    const requests = input.RequestItems.t as { Keys?: unknown[] } & unknown[];
    sizes.push((requests.Keys ?? requests).length);
    return answer(input, sizes.length);
  };
  const client = { send } as unknown as DynamoDBClient;
  const sleep = async (ms: number) => void delays.push(ms);
  return { setup: { client, table: "t", sleep }, sizes, delays };
}

const items = Array.from({ length: 30 }, (_, i) => ({ pk: { S: String(i) } }));

test("writeBatches offers what was left unprocessed again, with backoff", async () => {
  const table = throttled(({ RequestItems }, call) => {
    if (call > 3) return {};
    return { UnprocessedItems: { t: (RequestItems.t as unknown[]).slice(-2) } };
  });
  await writeBatches(table.setup, items.slice(0, 5));
  assert.deepEqual(table.sizes, [5, 2, 2, 2]);
  assert.deepEqual(table.delays, [100, 200, 400]);
});

test("writeBatches goes on for as long as the table takes some", async () => {
  const table = throttled(({ RequestItems }) => ({
    UnprocessedItems: { t: (RequestItems.t as unknown[]).slice(1) },
  }));
  await writeBatches(table.setup, items.slice(0, 20));
  assert.equal(table.sizes.length, 20);
  assert.deepEqual(new Set(table.delays), new Set([100]));
});

test("writeBatches writes 25 items a call", async () => {
  const table = throttled(() => ({}));
  await writeBatches(table.setup, items);
  assert.deepEqual(table.sizes, [25, 5]);
});

test("writeBatches throws if the table takes no more", async () => {
  const table = throttled(({ RequestItems }) => ({ UnprocessedItems: { t: RequestItems.t } }));
  await assert.rejects(writeBatches(table.setup, items), /Table t left 25 items unprocessed/);
});

test("readBatches asks again for keys that were left unread", async () => {
  const table = throttled(({ RequestItems }, call) => {
    const { Keys } = RequestItems.t as { Keys: unknown[] };
    if (call > 1) return { Responses: { t: Keys } };
    return { Responses: { t: Keys.slice(3) }, UnprocessedKeys: { t: { Keys: Keys.slice(0, 3) } } };
  });
  const read = await readBatches(table.setup, items);
  assert.equal(read.length, 30);
  assert.deepEqual(table.sizes, [30, 3]);
});

test("readBatches goes on for as long as the table gives some", async () => {
  const table = throttled(({ RequestItems }) => {
    const { Keys } = RequestItems.t as { Keys: unknown[] };
    return { Responses: { t: Keys.slice(0, 1) }, UnprocessedKeys: { t: { Keys: Keys.slice(1) } } };
  });
  assert.equal((await readBatches(table.setup, items.slice(0, 20))).length, 20);
});

test("readBatches throws if keys stay unread", async () => {
  const table = throttled(({ RequestItems }) => ({ UnprocessedKeys: { t: RequestItems.t } }));
  await assert.rejects(readBatches(table.setup, items), /Table t left 30 keys unread/);
});

/** As the SDK throws it. */
function refusal(): Error {
  return Object.assign(new Error("Item size has exceeded the maximum allowed size"), {
    name: "ValidationException",
  });
}

test("writeBatches writes every item but those that are refused for what they are, and returns these", async () => {
  const odd = new Set(["3", "7", "29"]);
  const written: string[] = [];
  const table = throttled(({ RequestItems }) => {
    const requests = RequestItems.t as { PutRequest: { Item: { pk: { S: string } } } }[];
    const keys = requests.map(({ PutRequest }) => PutRequest.Item.pk.S);
    if (keys.some((key) => odd.has(key))) throw refusal();
    written.push(...keys);
    return {};
  });
  const refused = await writeBatches(table.setup, items);
  assert.deepEqual(
    refused.map(({ pk }) => pk?.S),
    [...odd],
  );
  const others = items.map(({ pk }) => pk.S).filter((key) => !odd.has(key));
  assert.deepEqual(written.toSorted(), others.toSorted());
});

test("writeBatches throws any other error, and writes no item of that batch alone", async () => {
  const table = throttled(() => {
    throw new Error("down");
  });
  await assert.rejects(writeBatches(table.setup, items.slice(0, 5)), { message: "down" });
  assert.deepEqual(table.sizes, [5]);
});
