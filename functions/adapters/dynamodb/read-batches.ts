import { type AttributeValue, BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import type { BatchSetup } from "./write-batches.ts";

/** BatchGetItem takes no more. */
const BATCH_KEYS = 100;
const ATTEMPTS = 10;
const DELAY_MS = 200;

type Item = Record<string, AttributeValue>;

/** Reads items by key, consistently and in no order; absent ones are left out. */
export async function readBatches(setup: BatchSetup, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let at = 0; at < keys.length; at += BATCH_KEYS) {
    items.push(...(await readBatch(setup, keys.slice(at, at + BATCH_KEYS))));
  }
  return items;
}

async function readBatch(setup: BatchSetup, keys: readonly Item[]): Promise<Item[]> {
  const { client, table, sleep } = setup;
  const items: Item[] = [];
  let left = [...keys];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(DELAY_MS);
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return items;
  }
  throw new Error(`Table ${table} left ${left.length} keys unread`);
}
