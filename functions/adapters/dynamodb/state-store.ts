import { marshall } from "@aws-sdk/util-dynamodb";
import { TTL_ATTRIBUTE } from "../../../shared/contract.ts";
import { hash32 } from "../../../shared/hash.ts";
import {
  fromStoredState,
  type StoredState,
  type TaskState,
  toStoredState,
} from "../../../shared/health/health.ts";
import { itemSize, MAX_ITEM_BYTES } from "../../../shared/item-size.ts";
import { type DurationMs, type EpochMs, toEpochSeconds } from "../../../shared/units.ts";
import type { StateStore, TaskRecord } from "../../ports/state-store.ts";
import { decodeEvent, encodeEvent } from "./history-store.ts";
import { toPlainItem } from "./plain-item.ts";
import {
  expiryAttribute,
  isExpired,
  readList,
  readMap,
  readNumber,
  readText,
  storedItem,
} from "./stored-item.ts";
import {
  type Condition,
  type Item,
  type Key,
  putVersioned,
  queryItems,
  refusalOf,
  type TableSetup,
} from "./table.ts";

/** Records are spread over this many partitions, so that all can be read at the same time. */
const STATE_PARTITIONS = 16;

/** The state store's table, its clock, and how long it keeps the record of a task that is gone. */
interface StateStoreSetup extends TableSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Task records in the home region's `alerts` table. */
export function createStateStore(setup: StateStoreSetup): StateStore {
  return {
    async readRecords() {
      const found: FoundRecords = { records: [], damaged: [] };
      const partitions = Array.from({ length: STATE_PARTITIONS }, (_, i) =>
        readPartition(setup, i),
      );
      for (const items of await Promise.all(partitions)) {
        for (const item of items) addRecord(found, item);
      }
      return found;
    },

    async putRecord(record) {
      try {
        const bytes = sizeOf(record);
        if (bytes > MAX_ITEM_BYTES) {
          return { refused: `must be at most ${MAX_ITEM_BYTES} bytes, is ${bytes}` };
        }
        const item = itemOf(record, setup.keepMs);
        const condition = conditionFor(record, setup.now());
        return await putVersioned(setup, stateKey(record.task.name), { item, condition });
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
function addRecord({ records, damaged }: FoundRecords, item: Item): void {
  try {
    records.push(decodeRecord(toPlainItem(item)));
  } catch {
    damaged.push(item.sk?.S ?? "");
  }
}

/** The size of the attribute that says when a record expires. */
const EXPIRY_BYTES = itemSize({ [TTL_ATTRIBUTE]: 1_234_567_891 });

/** The size that DynamoDB counts. */
function sizeOf(record: TaskRecord): number {
  return itemSize({ ...stateKey(record.task.name), ...encodeRecord(record) }) + EXPIRY_BYTES;
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

// `state` is JSON; `status` is for people who read the table.
function encodeRecord(record: TaskRecord) {
  const { task, version, state, goneSinceMs } = record;
  return {
    version,
    host: task.host,
    target_id: task.targetId,
    tags: task.tags,
    status: state.status,
    state: JSON.stringify(toStoredState(state)),
    owed: encodeOwed(record),
    gone_since_ms: goneSinceMs,
  };
}

function decodeRecord(stored: unknown): TaskRecord {
  const item = storedItem("task record", stored);
  const { target_id: targetId, gone_since_ms: goneSinceMs } = item.fields;
  return {
    task: {
      name: readText(item, "sk"),
      host: readText(item, "host"),
      targetId: typeof targetId === "string" ? targetId : null,
      tags: readMap(item, "tags") as Readonly<Record<string, string>>,
    },
    version: readNumber(item, "version"),
    state: decodeState(JSON.parse(readText(item, "state"))),
    ...decodeOwed(readList(item, "owed")),
    goneSinceMs: typeof goneSinceMs === "number" ? goneSinceMs : null,
  };
}

/**
 * Each event once, without the marks that are not true of it. An event goes to the bus in order, so
 * those that only the history lacks are the oldest.
 */
function encodeOwed({ pending, unrecorded }: Pick<TaskRecord, "pending" | "unrecorded">) {
  const waiting = new Set(pending.map(({ id }) => id));
  const missing = new Set(unrecorded.map(({ id }) => id));
  const delivered = unrecorded.filter(({ id }) => !waiting.has(id));
  return [...delivered, ...pending].map((event) => ({
    ...encodeEvent(event),
    ...(!waiting.has(event.id) && { delivered: true }),
    ...(!missing.has(event.id) && { recorded: true }),
  }));
}

/** An event without marks is neither delivered nor recorded, as in records of earlier versions. */
function decodeOwed(stored: readonly unknown[]): Pick<TaskRecord, "pending" | "unrecorded"> {
  const owed = stored.map((one) => ({
    event: decodeEvent(one),
    fields: storedItem("event", one).fields,
  }));
  return {
    pending: owed.flatMap(({ event, fields }) => (fields.delivered === true ? [] : event)),
    unrecorded: owed.flatMap(({ event, fields }) => (fields.recorded === true ? [] : event)),
  };
}

function decodeState(stored: unknown): TaskState {
  const item = storedItem("task state", stored);
  readMap(item, "regions");
  readText(item, "status");
  readNumber(item, "sequence");
  return fromStoredState(stored as StoredState);
}
