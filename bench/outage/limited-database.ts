import { readUnits, writeUnits } from "../../shared/item-size.ts";
import type { EpochMs } from "../../shared/units.ts";
import { type Limits, TableCapacity } from "./capacity.ts";
import { holds, textOf, type WireItem, wireBytes } from "./wire.ts";

/** Key attributes by the part of a table's name behind its fleet. */
const KEYS: Readonly<Record<string, readonly [partition: string, sort: string]>> = {
  alerts: ["pk", "sk"],
  summaries: ["task_name", "period_start"],
};

/** The most that a page of a query has. */
const PAGE_BYTES = 1_048_576;

interface Stored {
  readonly item: WireItem;
  readonly bytes: number;
}

interface Request {
  readonly TableName: string;
  readonly Key: WireItem;
  readonly Item: WireItem;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: WireItem;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: WireItem;
  readonly RequestItems: Readonly<Record<string, unknown>>;
}

interface Puts {
  readonly PutRequest: { readonly Item: WireItem };
}

interface Keys {
  readonly Keys: readonly WireItem[];
}

/** What the tables of home take. */
export interface HomeLimits {
  readonly alerts: Limits;
  readonly summaries: Limits;
}

/** An answer of the database: its status and its document. */
export interface Answer {
  readonly status: number;
  readonly document: object;
}

const OK = 200;
const THROTTLED = refusal("ProvisionedThroughputExceededException");

/** A DynamoDB in memory with the limits of AWS. It knows what the aggregator asks of its home tables. */
export class LimitedDatabase {
  readonly #tables = new Map<string, Map<string, Map<string, Stored>>>();
  readonly #capacities = new Map<string, TableCapacity>();
  readonly #seed: string;
  readonly #limits: HomeLimits;
  readonly #now: () => EpochMs;

  constructor(seed: number, limits: HomeLimits, now: () => EpochMs) {
    this.#seed = String(seed);
    this.#limits = limits;
    this.#now = now;
  }

  /** Write units that a table's requests have taken, and requests that it has throttled. */
  capacityOf(table: string): TableCapacity {
    const held = this.#capacities.get(table);
    if (held !== undefined) return held;
    const limits = table.endsWith("-summaries") ? this.#limits.summaries : this.#limits.alerts;
    const made = new TableCapacity(`${this.#seed} ${table}`, limits);
    this.#capacities.set(table, made);
    return made;
  }

  /** Every item of a table's partitions whose key begins so. */
  itemsOf(table: string, partition: string): WireItem[] {
    const partitions = [...(this.#tables.get(table) ?? [])];
    const own = partitions.filter(([key]) => key.startsWith(partition));
    return own.flatMap(([, items]) => [...items.values()].map(({ item }) => item));
  }

  perform(operation: string, request: Request): Answer {
    switch (operation) {
      case "GetItem":
        return this.#get(request);
      case "PutItem":
        return this.#put(request);
      case "DeleteItem":
        return this.#delete(request);
      case "Query":
        return this.#query(request);
      case "BatchWriteItem":
        return this.#writeBatch(request);
      case "BatchGetItem":
        return this.#readBatch(request);
      default:
        return refusal(`Not offered here: ${operation}`);
    }
  }

  #get({ TableName, Key }: Request): Answer {
    const read = this.#read(TableName, Key);
    if (read === "throttled") return THROTTLED;
    return { status: OK, document: read === null ? {} : { Item: read } };
  }

  #put(request: Request): Answer {
    const { TableName, Item } = request;
    const stored = this.#at(TableName, Item);
    const bytes = wireBytes(Item);
    if (!this.#takeWrite(TableName, Item, Math.max(bytes, stored?.bytes ?? 0))) return THROTTLED;
    if (!isMet(request, stored)) return refusal("ConditionalCheckFailedException");
    this.#store(TableName, Item, bytes);
    return { status: OK, document: {} };
  }

  #delete(request: Request): Answer {
    const { TableName, Key } = request;
    const stored = this.#at(TableName, Key);
    if (!this.#takeWrite(TableName, Key, stored?.bytes ?? 0)) return THROTTLED;
    if (!isMet(request, stored)) return refusal("ConditionalCheckFailedException");
    const { partition, sort } = placeOf(TableName, Key);
    this.#partition(TableName, partition).delete(sort);
    return { status: OK, document: {} };
  }

  #query(request: Request): Answer {
    const { TableName, ExpressionAttributeValues: values = {}, ExclusiveStartKey: start } = request;
    const first = textOf(values[":first"]);
    const last = ":last" in values ? textOf(values[":last"]) : "\uffff";
    const key = textOf(values[":pk"]);
    const within = [...this.#partition(TableName, key)].filter(
      ([sort]) => sort >= first && sort <= last,
    );
    within.sort(([a], [b]) => (a < b ? -1 : 1));
    if (request.ScanIndexForward === false) within.reverse();
    const from = start === undefined ? 0 : indexAfter(within, textOf(start.sk));
    const items: WireItem[] = [];
    let bytes = 0;
    for (const [, stored] of within.slice(from)) {
      items.push(stored.item);
      bytes += stored.bytes;
      if (bytes >= PAGE_BYTES) break;
    }
    const units = readUnits(bytes, request.ConsistentRead === true ? "strong" : "eventual");
    if (!this.capacityOf(TableName).tryRead(key, units, this.#now())) return THROTTLED;
    const end = within[from + items.length - 1];
    const isOver = end === undefined || from + items.length === within.length;
    const next = { LastEvaluatedKey: { pk: { S: key }, sk: { S: end?.[0] } } };
    return { status: OK, document: { Items: items, ...(isOver ? {} : next) } };
  }

  #writeBatch({ RequestItems }: Request): Answer {
    const [[table, requests] = ["", []]] = Object.entries(RequestItems);
    const puts = requests as readonly Puts[];
    const left = puts.filter(({ PutRequest: { Item } }) => {
      const bytes = wireBytes(Item);
      const before = this.#at(table, Item)?.bytes ?? 0;
      if (!this.#takeWrite(table, Item, Math.max(bytes, before))) return true;
      this.#store(table, Item, bytes);
      return false;
    });
    if (left.length === puts.length) return THROTTLED;
    return {
      status: OK,
      document: { UnprocessedItems: left.length === 0 ? {} : { [table]: left } },
    };
  }

  #readBatch({ RequestItems }: Request): Answer {
    const [[table, request] = ["", {}]] = Object.entries(RequestItems);
    const { Keys } = request as Keys;
    const found: WireItem[] = [];
    const left = Keys.filter((key) => {
      const read = this.#read(table, key);
      if (read !== "throttled" && read !== null) found.push(read);
      return read === "throttled";
    });
    if (left.length === Keys.length) return THROTTLED;
    const unread = left.length === 0 ? {} : { [table]: { ...(request as Keys), Keys: left } };
    return { status: OK, document: { Responses: { [table]: found }, UnprocessedKeys: unread } };
  }

  #read(table: string, key: WireItem): WireItem | null | "throttled" {
    const stored = this.#at(table, key);
    const units = readUnits(stored?.bytes ?? 0, "strong");
    const { partition } = placeOf(table, key);
    if (!this.capacityOf(table).tryRead(partition, units, this.#now())) return "throttled";
    return stored?.item ?? null;
  }

  #takeWrite(table: string, item: WireItem, bytes: number): boolean {
    const { partition } = placeOf(table, item);
    return this.capacityOf(table).tryTake(partition, writeUnits(bytes), this.#now());
  }

  #at(table: string, key: WireItem): Stored | undefined {
    const { partition, sort } = placeOf(table, key);
    return this.#tables.get(table)?.get(partition)?.get(sort);
  }

  #store(table: string, item: WireItem, bytes: number): void {
    const { partition, sort } = placeOf(table, item);
    this.#partition(table, partition).set(sort, { item, bytes });
  }

  #partition(table: string, key: string): Map<string, Stored> {
    const partitions = this.#tables.get(table) ?? new Map<string, Map<string, Stored>>();
    this.#tables.set(table, partitions);
    const items = partitions.get(key) ?? new Map<string, Stored>();
    partitions.set(key, items);
    return items;
  }
}

function refusal(name: string): Answer {
  return { status: 400, document: { __type: `com.amazonaws.dynamodb#${name}`, message: name } };
}

function placeOf(table: string, item: WireItem): { partition: string; sort: string } {
  const [partition, sort] = KEYS[table.slice(table.lastIndexOf("-") + 1)] ?? ["pk", "sk"];
  return { partition: textOf(item[partition]), sort: textOf(item[sort]) };
}

function isMet(request: Request, stored: Stored | undefined): boolean {
  const { ConditionExpression: expression } = request;
  if (expression === undefined) return true;
  const names = request.ExpressionAttributeNames ?? {};
  return holds(expression, stored?.item, {
    names,
    values: request.ExpressionAttributeValues ?? {},
  });
}

function indexAfter(items: readonly (readonly [string, Stored])[], sort: string): number {
  return items.findIndex(([key]) => key === sort) + 1;
}
