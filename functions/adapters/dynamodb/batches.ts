import { BatchGetItemCommand, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import type { DurationMs } from "../../../shared/units.ts";
import { BusyError } from "../../busy.ts";
import { inParallel } from "../../in-parallel.ts";
import { type Item, refusalOf, type TableSetup } from "./table.ts";

/** The most that BatchWriteItem and BatchGetItem take (their API reference). */
const WRITE_ITEMS = 25;
const READ_KEYS = 100;

const PARALLEL_WRITES = 8;

/**
 * What a throttled table did not take is sent again with backoff. A table that takes some is slow;
 * one that takes nothing so many times in a row, 25 s, has failed.
 */
const IDLE_ATTEMPTS = 10;
const FIRST_DELAY_MS: DurationMs = 50;
const LONGEST_DELAY_MS: DurationMs = 5_000;
const READ_DELAY_MS: DurationMs = 200;

/** A table that is read or written in batches. */
export interface BatchSetup extends TableSetup {
  readonly sleep: (ms: DurationMs) => Promise<void>;
}

/**
 * Puts items without a condition and in no order. Throws if the table does not take them all, but for
 * those that it refuses for what they are: these are returned.
 */
export async function writeBatches(setup: BatchSetup, items: readonly Item[]): Promise<Item[]> {
  const refused = await inParallel(inBatches(items, WRITE_ITEMS), PARALLEL_WRITES, (some) =>
    writeAccepted(setup, some),
  );
  return refused.flat();
}

/** One refused item refuses its whole batch, so each of them is then written alone. */
async function writeAccepted(setup: BatchSetup, items: readonly Item[]): Promise<Item[]> {
  try {
    await writeBatch(setup, items);
    return [];
  } catch (error) {
    if (refusalOf(error) === null) throw error;
    if (items.length === 1) return [...items];
  }
  const refused: Item[] = [];
  for (const item of items) refused.push(...(await writeAccepted(setup, [item])));
  return refused;
}

async function writeBatch(
  { client, table, sleep }: BatchSetup,
  items: readonly Item[],
): Promise<void> {
  let requests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let idle = 0; idle < IDLE_ATTEMPTS; idle++) {
    const answer = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
    );
    const left = (answer.UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
    if (left.length === 0) return;
    if (left.length < requests.length) idle = 0;
    requests = left;
    await sleep(Math.min(FIRST_DELAY_MS * 2 ** (idle + 1), LONGEST_DELAY_MS));
  }
  throw new BusyError(`Table ${table} left ${requests.length} items unprocessed`);
}

/** Reads items by key, consistently and in no order. Keys without an item are ignored. */
export async function readBatches(setup: BatchSetup, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const some of inBatches(keys, READ_KEYS)) items.push(...(await readBatch(setup, some)));
  return items;
}

async function readBatch(
  { client, table, sleep }: BatchSetup,
  keys: readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  let left = [...keys];
  for (let idle = 0; idle < IDLE_ATTEMPTS; idle++) {
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    const unread = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (unread.length === 0) return items;
    if (unread.length < left.length) idle = 0;
    left = unread;
    await sleep(READ_DELAY_MS);
  }
  throw new BusyError(`Table ${table} left ${left.length} keys unread`);
}

function inBatches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
