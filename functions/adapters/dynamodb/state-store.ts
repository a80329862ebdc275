import { marshall } from "@aws-sdk/util-dynamodb";
import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import { hash32 } from "../../../shared/hash.ts";
import { itemSize, MAX_ITEM_BYTES } from "../../../shared/item-size.ts";
import { type DurationMs, type EpochMs, toEpochSeconds } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { StateStore, TaskRecord } from "../../ports/state-store.ts";
import { toPlainItem } from "./plain-item.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { decodeRecord, encodeRecord } from "./stored-record.ts";
import {
  type Condition,
  getItem,
  type Item,
  type Key,
  putVersioned,
  queryItems,
  refusalOf,
  type TableSetup,
} from "./table.ts";

/** Records are spread over this many partitions, so that all can be read at the same time. */
const STATE_PARTITIONS = 16;

const PARALLEL_READS = 32;

const SHOWN_CHARACTERS = 200;

/** The state store's table, its clock, and how long it keeps the record of a task that is gone. */
interface StateStoreSetup extends TableSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Task records in the home region's `alerts` table. */
export function createStateStore(setup: StateStoreSetup): StateStore {
  return {
    async readRecords(taskNames) {
      const found: FoundRecords = { records: [], damaged: [], faults: [] };
      const items = taskNames === undefined ? readAll(setup) : readNamed(setup, taskNames);
      for (const item of (await items).flat()) addRecord(found, item);
      const { records, damaged, faults } = found;
      return { records, damaged, ...(faults.length > 0 && { faults }) };
    },

    async readRecord(taskName) {
      const item = await getItem(setup, stateKey(taskName));
      if (item === null || isExpired(item, setup.now())) return null;
      return decodeRecord(toPlainItem(item)).record;
    },

    async putRecord(record) {
      const encoded = encodeItem(record, setup.keepMs);
      if ("refused" in encoded) return encoded;
      try {
        const write = { item: encoded.item, condition: conditionFor(record, setup.now()) };
        return await putVersioned(setup, stateKey(record.task.name), write);
      } catch (error) {
        const reason = refusalOf(error);
        if (reason === null) throw error;
        return { refused: `is refused by DynamoDB: ${reason}` };
      }
    },
  };
}

/** The key of a task's record. */
export function stateKey(taskName: string): Key {
  return { pk: statePartition(hash32(taskName) % STATE_PARTITIONS), sk: taskName };
}

function statePartition(index: number): string {
  return `state#${index}`;
}

interface FoundRecords {
  readonly records: TaskRecord[];
  readonly damaged: string[];
  readonly faults: string[];
}

function readAll(setup: StateStoreSetup): Promise<Item[][]> {
  const partitions = Array.from({ length: STATE_PARTITIONS }, (_, i) => readPartition(setup, i));
  return Promise.all(partitions);
}

function readNamed(setup: StateStoreSetup, names: ReadonlySet<string>): Promise<Item[][]> {
  return inParallel([...names], PARALLEL_READS, async (name) => {
    const item = await getItem(setup, stateKey(name));
    return item === null || isExpired(item, setup.now()) ? [] : [item];
  });
}

async function readPartition(setup: StateStoreSetup, index: number): Promise<Item[]> {
  const items: Item[] = [];
  const values = { ":pk": statePartition(index) };
  for await (const item of queryItems(setup, { keys: "pk = :pk", values, consistent: true })) {
    if (!isExpired(item, setup.now())) items.push(item);
  }
  return items;
}

/** A damaged record stops the alerts of its own task only. The caller counts it. */
function addRecord({ records, damaged, faults }: FoundRecords, item: Item): void {
  const name = item.sk?.S ?? "";
  if (item.pk !== undefined && item.pk.S !== stateKey(name).pk) {
    // Its next version would be written under the task's own key, where it does not follow what is stored: that would end every run.
    faults.push(`Task ${JSON.stringify(name)}: a record under another key is ignored`);
    return;
  }
  try {
    const { record, lost } = decodeRecord(toPlainItem(item));
    records.push(record);
    const subject = `Task ${JSON.stringify(record.task.name)}: a pending event is dropped`;
    faults.push(...lost.map((reason) => `${subject}: ${reason}`));
  } catch {
    damaged.push(name);
  }
}

/** The size of the attribute that says when a record expires. */
const EXPIRY_BYTES = itemSize({ [TTL_ATTRIBUTE]: 1_234_567_891 });

/** The size that DynamoDB counts. */
function sizeOf(record: TaskRecord): number {
  return itemSize({ ...stateKey(record.task.name), ...encodeRecord(record) }) + EXPIRY_BYTES;
}

/** The item, or why there can be none: what an odd stored record holds must not fail the others. */
function encodeItem(
  record: TaskRecord,
  keepMs: DurationMs,
): { readonly item: Item } | { readonly refused: string } {
  try {
    const bytes = sizeOf(record);
    if (bytes <= MAX_ITEM_BYTES) return { item: itemOf(record, keepMs) };
    return { refused: `must be at most ${MAX_ITEM_BYTES} bytes, is ${bytes}` };
  } catch (error) {
    return { refused: `can't be written: ${String(error).slice(0, SHOWN_CHARACTERS)}` };
  }
}

function itemOf(record: TaskRecord, keepMs: DurationMs): Item {
  const { goneSinceMs } = record;
  return {
    ...marshall({ ...stateKey(record.task.name), ...encodeRecord(record) }),
    ...(goneSinceMs === null ? {} : expiryAttribute(goneSinceMs + keepMs)),
  };
}

// An expired record is read as absent, so the first version may replace it.
function conditionFor(record: TaskRecord, nowMs: EpochMs): Condition {
  if (record.version > 1) {
    return { expression: "version = :held", values: { ":held": record.version - 1 } };
  }
  return {
    expression: `attribute_not_exists(pk) OR ${TTL_ATTRIBUTE} <= :now`,
    values: { ":now": toEpochSeconds(nowMs) },
  };
}
