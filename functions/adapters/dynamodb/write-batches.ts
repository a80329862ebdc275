import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { DurationMs } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";

/** BatchWriteItem takes no more. */
const BATCH_ITEMS = 25;
const PARALLEL_BATCHES = 8;

/** What a throttled table did not take is offered again, ever later: 25 s in all. */
const ATTEMPTS = 10;
const FIRST_DELAY_MS: DurationMs = 50;
const LONGEST_DELAY_MS: DurationMs = 5_000;

type Item = Record<string, AttributeValue>;

export interface BatchSetup {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly sleep: (ms: DurationMs) => Promise<void>;
}

/** Puts items, unconditionally and in no order. Throws where the table won't take them all. */
export async function writeBatches(setup: BatchSetup, items: readonly Item[]): Promise<void> {
  const starts = Array.from({ length: Math.ceil(items.length / BATCH_ITEMS) }, (_, i) => i);
  await inParallel(starts, PARALLEL_BATCHES, (i) =>
    writeBatch(setup, items.slice(i * BATCH_ITEMS, (i + 1) * BATCH_ITEMS)),
  );
}

async function writeBatch(
  { client, table, sleep }: BatchSetup,
  items: readonly Item[],
): Promise<void> {
  let requests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS));
    const answer = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
    );
    const left = answer.UnprocessedItems?.[table] ?? [];
    requests = left.flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
    if (requests.length === 0) return;
  }
  throw new Error(`Table ${table} left ${requests.length} items unprocessed`);
}
