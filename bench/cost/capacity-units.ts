import { itemSize, readUnits, writeUnits } from "../../shared/item-size.ts";

/** Units of one request by the table that they are billed to. */
export interface Units {
  readonly table: string;
  readonly writes: number;
  readonly reads: number;
}

/** An attribute as it goes over the wire; a binary is base64. */
type WireValue = Readonly<Record<string, unknown>>;
type WireItem = Readonly<Record<string, WireValue>>;

interface WireRequest {
  readonly TableName?: string;
  readonly Item?: WireItem;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

interface WireAnswer {
  readonly Item?: WireItem;
  readonly Items?: readonly WireItem[];
  readonly Responses?: Readonly<Record<string, readonly WireItem[]>>;
}

interface BatchReads {
  readonly Keys: readonly unknown[];
  readonly ConsistentRead?: boolean;
}

/** One request to DynamoDB and what it answered. */
export interface Exchange {
  readonly operation: string;
  readonly request: WireRequest;
  readonly answer: WireAnswer;
}

/**
 * What AWS bills for an exchange, by the sizes in it. A write that replaces a larger item would cost
 * that one's size: the fleet's items that are replaced keep theirs. Only small items are deleted or
 * updated: the lock. A refused condition is billed as
 * the write that it held off.
 */
export function unitsOf({ operation, request, answer }: Exchange): Units[] {
  const table = request.TableName ?? "";
  const consistency = request.ConsistentRead === true ? "strong" : "eventual";
  switch (operation) {
    case "PutItem":
      return [{ table, writes: writeUnits(wireSize(request.Item)), reads: 0 }];
    case "DeleteItem":
    case "UpdateItem":
      return [{ table, writes: 1, reads: 0 }];
    case "GetItem":
      return [{ table, writes: 0, reads: readUnits(wireSize(answer.Item), consistency) }];
    case "Query":
    case "Scan":
      return [{ table, writes: 0, reads: readUnits(sumOfSizes(answer.Items), consistency) }];
    case "BatchWriteItem":
      return batchWrites(request);
    case "BatchGetItem":
      return batchReads(request, answer);
    default:
      throw new Error(`No rule for what ${operation} costs`);
  }
}

function batchWrites({ RequestItems = {} }: WireRequest): Units[] {
  return Object.entries(RequestItems).map(([table, requests]) => {
    const puts = requests as readonly { readonly PutRequest?: { readonly Item: WireItem } }[];
    const writes = puts.map(({ PutRequest }) => writeUnits(wireSize(PutRequest?.Item)));
    return { table, writes: writes.reduce((sum, units) => sum + units, 0), reads: 0 };
  });
}

/** Each item is rounded up by itself; an absent one costs as much as a small one. */
function batchReads({ RequestItems = {} }: WireRequest, { Responses = {} }: WireAnswer): Units[] {
  return Object.entries(RequestItems).map(([table, request]) => {
    const { Keys, ConsistentRead } = request as BatchReads;
    const consistency = ConsistentRead === true ? "strong" : "eventual";
    const found = Responses[table] ?? [];
    const absent = (Keys.length - found.length) * readUnits(0, consistency);
    const units = found.map((item) => readUnits(wireSize(item), consistency));
    return { table, writes: 0, reads: units.reduce((sum, each) => sum + each, absent) };
  });
}

function sumOfSizes(items: readonly WireItem[] = []): number {
  return items.reduce((sum, item) => sum + wireSize(item), 0);
}

function wireSize(item: WireItem = {}): number {
  return itemSize(toPlain(item));
}

function toPlain(item: WireItem): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainOf(value)]));
}

function plainOf(value: WireValue): unknown {
  const [[type, content] = ["", null]] = Object.entries(value);
  if (type === "N") return Number(content);
  if (type === "B") return Buffer.from(String(content), "base64");
  if (type === "L") return (content as readonly WireValue[]).map(plainOf);
  if (type === "M") return toPlain(content as WireItem);
  return type === "NULL" ? null : content;
}
