import { marshall } from "@aws-sdk/util-dynamodb";
import { toIso } from "../../../shared/units.ts";
import type {
  DamagedStatus,
  TaskStatusRecord,
  TaskStatusStore,
} from "../../ports/task-status-store.ts";
import { toPlainItem } from "./plain-item.ts";
import { encodeEvent, readEvents } from "./stored-event.ts";
import { damaged, readInteger, readText, type StoredItem, storedItem } from "./stored-item.ts";
import {
  type Condition,
  deleteVersioned,
  type Item,
  putVersioned,
  scanItems,
  type TableSetup,
} from "./table.ts";

/** The `task-status` table: an item for each task that does not run as written, and one for the plan. */
export function createTaskStatusStore(setup: TableSetup): TaskStatusStore {
  return {
    async readStatuses() {
      const found: FoundStatuses = { records: [], damaged: [], cut: [] };
      for await (const item of scanItems(setup)) addStatus(found, item);
      const { records, damaged: unread, cut } = found;
      return { records, damaged: unread, ...(cut.length > 0 && { cut }) };
    },

    async putStatus(record) {
      const item = marshall(encodeStatus(record));
      const condition = conditionFor(record.version - 1);
      return putVersioned(setup, { name: record.name }, { item, condition });
    },

    async deleteStatus(record) {
      return deleteVersioned(setup, { name: record.name }, conditionFor(record.version));
    },
  };
}

interface FoundStatuses {
  readonly records: TaskStatusRecord[];
  readonly damaged: DamagedStatus[];
  readonly cut: DamagedStatus[];
}

/** A status that can't be read must not hide the others. */
function addStatus({ records, damaged: unread, cut }: FoundStatuses, item: Item): void {
  try {
    const { record, lost } = decodeStatus(toPlainItem(item));
    records.push(record);
    cut.push(...lost.map((reason) => ({ name: record.name, reason })));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    unread.push({ name: item.name?.S ?? "", reason });
  }
}

// `name` is a reserved word of DynamoDB's expressions.
function conditionFor(heldVersion: number): Condition {
  const names = { "#key": heldVersion === 0 ? "name" : "version" };
  if (heldVersion === 0) return { expression: "attribute_not_exists(#key)", names };
  return { expression: "#key = :held", names, values: { ":held": heldVersion } };
}

const STATUSES: readonly TaskStatusRecord["status"][] = ["rejected", "refused", "warning", "ok"];

/** A status's stored attributes, as its owner reads them in the console. */
export function encodeStatus(record: TaskStatusRecord) {
  return {
    name: record.name,
    status: record.status,
    problems: [...record.problems],
    regions: [...record.regions],
    running_last_good: record.runningLastGood,
    since: toIso(record.sinceMs),
    owed: record.pending.map(encodeEvent),
    version: record.version,
  };
}

/**
 * Reads a status's stored attributes; throws if this version could not have written them. `lost` says
 * of each event that can't be read why.
 */
export function decodeStatus(stored: unknown): {
  record: TaskStatusRecord;
  lost: readonly string[];
} {
  const { fields } = storedItem("status", stored);
  const item = { kind: `status of ${JSON.stringify(fields.name)}`, fields };
  const { events, lost } = readEvents(listOf(fields.owed));
  const record = {
    name: readText(item, "name"),
    status: readStatus(item),
    problems: listOf(fields.problems).map(String),
    regions: listOf(fields.regions).map(String),
    runningLastGood: fields.running_last_good === true,
    sinceMs: readInstant(item, "since"),
    pending: events.map(({ event }) => event),
    version: readInteger(item, "version"),
  };
  return { record, lost };
}

/** Only a newer version knows what a new status means and which events are pending with it. */
function readStatus(item: StoredItem): TaskStatusRecord["status"] {
  const status = readText(item, "status");
  const known = STATUSES.find((one) => one === status);
  if (known !== undefined) return known;
  const name = JSON.stringify(item.fields.name);
  const words = `is ${JSON.stringify(status)}, which this version does not know`;
  throw new Error(`Status of ${name} ${words}`);
}

function readInstant(item: StoredItem, field: string): number {
  const atMs = Date.parse(readText(item, field));
  if (Number.isNaN(atMs)) throw damaged(item, `${field} must be an ISO time`);
  return atMs;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
