import { isDeepStrictEqual } from "node:util";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import { type DurationMs, type EpochMs, toEpochSeconds } from "../../../shared/units.ts";
import type { TaskRecord } from "../../ports/alert-store.ts";
import { decodeRecord, encodeRecord } from "./alert-item.ts";
import { STATE_PARTITIONS, stateKey, statePartition } from "./alert-key.ts";
import { getItem, putItem, type TableSetup } from "./put-item.ts";
import { type Item, queryPages } from "./query-pages.ts";
import { isExpired } from "./stored-item.ts";

interface RecordSetup extends TableSetup {
  readonly now: () => EpochMs;
  /** How long the record of a task that is gone is kept. */
  readonly keepMs: DurationMs;
}

interface Records {
  readonly records: TaskRecord[];
  readonly damaged: string[];
}

export async function readRecords(setup: RecordSetup): Promise<Records> {
  const found: Records = { records: [], damaged: [] };
  const partitions = Array.from({ length: STATE_PARTITIONS }, (_, i) => readPartition(setup, i));
  for (const items of await Promise.all(partitions)) {
    for (const item of items) addRecord(found, item);
  }
  return found;
}

async function readPartition({ client, table, now }: RecordSetup, index: number): Promise<Item[]> {
  const items: Item[] = [];
  const query = {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: marshall({ ":pk": statePartition(index) }),
  };
  for await (const item of queryPages(client, query)) {
    if (!isExpired(item, now())) items.push(item);
  }
  return items;
}

/** A damaged item costs its own task's alerts only; the caller counts it. */
function addRecord({ records, damaged }: Records, item: Item): void {
  try {
    records.push(decodeRecord(unmarshall(item)));
  } catch {
    damaged.push(item.sk?.S ?? "");
  }
}

export async function putRecord(
  setup: RecordSetup,
  record: TaskRecord,
): Promise<"stored" | "lost"> {
  const item = itemOf(record, setup.keepMs);
  const put = await putItem(setup, item, conditionFor(record, setup.now()));
  if (put === "stored") return "stored";
  // The SDK sends a request again whose answer was lost: then ours is already stored.
  const stored = await getItem(setup, stateKey(record.task.name));
  return isDeepStrictEqual(stored, unmarshall(marshall(item))) ? "stored" : "lost";
}

function itemOf(record: TaskRecord, keepMs: DurationMs) {
  const { goneSinceMs } = record;
  const expiry =
    goneSinceMs === null ? {} : { [TTL_ATTRIBUTE]: toEpochSeconds(goneSinceMs + keepMs) };
  return { ...stateKey(record.task.name), ...encodeRecord(record), ...expiry };
}

// What has expired is read as absent, so the first version may take its place.
function conditionFor(record: TaskRecord, nowMs: EpochMs) {
  if (record.version > 1) {
    return { expression: "version = :held", values: { ":held": record.version - 1 } };
  }
  return {
    expression: `attribute_not_exists(pk) OR ${TTL_ATTRIBUTE} <= :now`,
    values: { ":now": toEpochSeconds(nowMs) },
  };
}
