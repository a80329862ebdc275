import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { TABLE_KEYS, TTL_ATTRIBUTE } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { type EpochMs, toEpochSeconds } from "../../shared/units.ts";
import { tablesOf } from "./create-tables.ts";

type Key = Record<string, AttributeValue>;

/** Deletes expired items, because dynalite has no TTL. */
export interface Sweeper {
  /** Sweeps the next slice of every table; resolves to the number of deleted items. */
  sweepSlice(nowMs: EpochMs): Promise<number>;
}

interface SweptTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly keys: readonly string[];
}

/**
 * Items of one slice, however many pages they take: several times as many as a thousand tasks write
 * between two slices, a minute apart. So what waits to be deleted stays a part of what is kept.
 */
const SLICE_ITEMS = 5_000;

/** A sweeper of every table but the tasks; after the last slice of a table it begins again. */
export function createSweeper(
  client: DynamoDBClient,
  fleet: Fleet,
  sliceItems = SLICE_ITEMS,
): Sweeper {
  const cursors = new Map<string, Key | undefined>();
  const tables = tablesOf(fleet)
    .filter(({ table }) => table !== "tasks")
    .map(({ name, table }) => ({ client, name, keys: TABLE_KEYS[table] }));
  const sweepTable = async (table: SweptTable, nowMs: EpochMs): Promise<number> => {
    let [count, left] = [0, sliceItems];
    do {
      const from = cursors.get(table.name);
      const page = await scanExpired(table, { from, limit: left }, nowMs);
      cursors.set(table.name, page.last);
      for (const key of page.expired) await deleteExpired(table, key, nowMs);
      count += page.expired.length;
      left -= page.scannedCount;
    } while (left > 0 && cursors.get(table.name) !== undefined);
    return count;
  };
  return {
    sweepSlice: async (nowMs) => {
      let count = 0;
      for (const table of tables) count += await sweepTable(table, nowMs);
      return count;
    },
  };
}

interface Slice {
  readonly from: Key | undefined;
  readonly limit: number;
}

/** A page ends after its limit or after a megabyte. */
async function scanExpired(table: SweptTable, { from, limit }: Slice, nowMs: EpochMs) {
  const keyNames = Object.fromEntries(table.keys.map((key, i) => [`#k${i}`, key]));
  const page = await table.client.send(
    new ScanCommand({
      TableName: table.name,
      Limit: limit,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      ProjectionExpression: Object.keys(keyNames).join(", "),
      FilterExpression: EXPIRED,
      ExpressionAttributeNames: { ...keyNames, "#ttl": TTL_ATTRIBUTE },
      ExpressionAttributeValues: valuesAt(nowMs),
    }),
  );
  const { Items: expired = [], LastEvaluatedKey: last, ScannedCount: scannedCount = limit } = page;
  return { expired, last, scannedCount };
}

const EXPIRED = "#ttl < :now";

function valuesAt(nowMs: EpochMs): Key {
  return { ":now": { N: String(toEpochSeconds(nowMs)) } };
}

/** Deletes on the condition that the item is still expired: it may have been written again since the scan. */
async function deleteExpired(table: SweptTable, key: Key, nowMs: EpochMs): Promise<void> {
  const command = new DeleteItemCommand({
    TableName: table.name,
    Key: key,
    ConditionExpression: EXPIRED,
    ExpressionAttributeNames: { "#ttl": TTL_ATTRIBUTE },
    ExpressionAttributeValues: valuesAt(nowMs),
  });
  try {
    await table.client.send(command);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
