import { isDeepStrictEqual } from "node:util";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { toPlainItem } from "./plain-item.ts";

const SHOWN_CHARACTERS = 200;

/** An item as the SDK's low-level client has it: each attribute with its DynamoDB type. */
export type Item = Record<string, AttributeValue>;

/** A table and the client that reaches it. */
export interface TableSetup {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** An item's key as plain values. */
export type Key = Readonly<Record<string, string | number>>;

/** What must hold of the stored item for a write to happen, in DynamoDB's expression language. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Reads an item consistently; null if none is stored. */
export async function getItem({ client, table }: TableSetup, key: Key): Promise<Item | null> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true }),
  );
  return Item ?? null;
}

/** Puts an item in the place of the one with its key. */
export async function putItem({ client, table }: TableSetup, item: Item): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
}

/** Puts an item if the condition holds. A retry of the SDK can be refused by its own first attempt. */
export async function putIf(
  { client, table }: TableSetup,
  item: Item,
  condition: Condition,
): Promise<"stored" | "refused"> {
  const command = new PutItemCommand({ TableName: table, Item: item, ...inputOf(condition) });
  return (await isRefused(client.send(command))) ? "refused" : "stored";
}

/** No number or absent: the item begins anew in its place. */
const NO_VERSION: Condition = {
  expression: "attribute_not_exists(pk) OR NOT attribute_type(version, :number)",
  values: { ":number": "N" },
};

/** Holds while that version of an item is stored; 0 is none. */
export function whileVersion(held: number): Condition {
  return held === 0 ? NO_VERSION : { expression: "version = :held", values: { ":held": held } };
}

/**
 * An optimistic write: puts an item if the condition holds. The SDK retries a request if its answer
 * is lost. The retry is refused if the first attempt was stored, so a refusal only counts as lost if
 * the stored item is another one.
 */
export async function putVersioned(
  setup: TableSetup,
  key: Key,
  write: { readonly item: Item; readonly condition: Condition },
): Promise<"stored" | "lost"> {
  if ((await putIf(setup, write.item, write.condition)) === "stored") return "stored";
  const stored = await getItem(setup, key);
  return stored !== null && isSame(stored, write.item) ? "stored" : "lost";
}

/**
 * Why DynamoDB will never store an item, however often it is asked, as it says; null for any other
 * error. One refused item must not fail the others.
 */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== "ValidationException") return null;
  return error.message.slice(0, SHOWN_CHARACTERS);
}

/** Sets an attribute of the stored item to true if the condition holds. */
export async function setIf(
  { client, table }: TableSetup,
  key: Key,
  { name, condition }: { readonly name: string; readonly condition: Condition },
): Promise<"stored" | "refused"> {
  const { expression, names, values = {} } = condition;
  const input = inputOf({
    expression,
    ...(names && { names }),
    values: { ...values, ":set": true },
  });
  const command = new UpdateItemCommand({
    ...{ TableName: table, Key: marshall(key), ...input },
    UpdateExpression: `SET ${name} = :set`,
  });
  return (await isRefused(client.send(command))) ? "refused" : "stored";
}

/** Deletes an item if the condition holds. */
export async function deleteIf(
  { client, table }: TableSetup,
  key: Key,
  condition: Condition,
): Promise<"deleted" | "refused"> {
  const input = { TableName: table, Key: marshall(key), ...inputOf(condition) };
  return (await isRefused(client.send(new DeleteItemCommand(input)))) ? "refused" : "deleted";
}

/** An optimistic delete. It is idempotent: an item that is absent counts as deleted. */
export async function deleteVersioned(
  setup: TableSetup,
  key: Key,
  condition: Condition,
): Promise<"deleted" | "lost"> {
  if ((await deleteIf(setup, key, condition)) === "deleted") return "deleted";
  return (await getItem(setup, key)) === null ? "deleted" : "lost";
}

/** Which items of a partition a query reads. */
export interface Query {
  /** DynamoDB's key condition expression. */
  readonly keys: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly consistent?: boolean;
  readonly newestFirst?: boolean;
  /** How many items DynamoDB returns in one answer. */
  readonly pageSize?: number;
}

/** Reads every item that a query matches, page after page, in order of the sort key. */
export async function* queryItems(setup: TableSetup, query: Query): AsyncGenerator<Item> {
  const input = {
    TableName: setup.table,
    KeyConditionExpression: query.keys,
    ExpressionAttributeValues: marshall(query.values),
    ConsistentRead: query.consistent === true,
    ScanIndexForward: query.newestFirst !== true,
    ...(query.pageSize !== undefined && { Limit: query.pageSize }),
  };
  yield* readPages((start) => setup.client.send(new QueryCommand({ ...input, ...start })));
}

/** Reads every item of a table consistently, page after page. */
export async function* scanItems({ client, table }: TableSetup): AsyncGenerator<Item> {
  const input = { TableName: table, ConsistentRead: true };
  yield* readPages((start) => client.send(new ScanCommand({ ...input, ...start })));
}

interface Page {
  readonly Items?: Item[] | undefined;
  readonly LastEvaluatedKey?: Item | undefined;
}

async function* readPages(
  readPage: (start: { ExclusiveStartKey?: Item }) => Promise<Page>,
): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const page = await readPage(from === undefined ? {} : { ExclusiveStartKey: from });
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

function inputOf({ expression, names, values }: Condition) {
  return {
    ConditionExpression: expression,
    ...(names && { ExpressionAttributeNames: names }),
    ...(values && { ExpressionAttributeValues: marshall(values) }),
  };
}

async function isRefused(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return false;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return true;
    throw error;
  }
}

/** Compares plain values, because DynamoDB may return a number in another notation. */
function isSame(stored: Item, wanted: Item): boolean {
  return isDeepStrictEqual(toPlainItem(stored), toPlainItem(wanted));
}
