import { isDeepStrictEqual } from "node:util";
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { printTask } from "../shared/print-task.ts";
import type { Task } from "../shared/task.ts";

type Item = Readonly<Record<string, unknown>>;

/** What the file wants: its good tasks, and the names of those that it spoils. */
export interface WantedTasks {
  readonly tasks: readonly Task[];
  /** Their stored item stays as it is: the last good version runs on. */
  readonly spoiled: ReadonlySet<string>;
}

/** What was done to the table, by name. */
export interface AppliedTasks {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const BATCH_ITEMS = 25;

/** Makes the tasks table say what the file says. Touches only what differs. */
export async function applyTasks(
  client: DynamoDBClient,
  table: string,
  wanted: WantedTasks,
): Promise<AppliedTasks> {
  const stored = await readItems(client, table);
  const items = new Map(wanted.tasks.map((task) => [task.name, printTask(task)]));
  const difference = compare(stored, items, wanted.spoiled);
  const puts = [...difference.added, ...difference.changed].map((name) => ({
    PutRequest: { Item: marshall(items.get(name) ?? {}) },
  }));
  const deletes = difference.removed.map((name) => ({
    DeleteRequest: { Key: marshall({ name }) },
  }));
  await writeAll(client, table, [...puts, ...deletes]);
  return difference;
}

/** What turns the stored tasks into the wanted ones. */
export function compare(
  stored: ReadonlyMap<string, Item>,
  wanted: ReadonlyMap<string, Item>,
  spoiled: ReadonlySet<string>,
): AppliedTasks {
  const names = [...wanted.keys()];
  return {
    added: names.filter((name) => !stored.has(name)),
    changed: names.filter(
      (name) => stored.has(name) && !isDeepStrictEqual(stored.get(name), wanted.get(name)),
    ),
    removed: [...stored.keys()].filter((name) => !wanted.has(name) && !spoiled.has(name)),
  };
}

async function readItems(client: DynamoDBClient, table: string): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  for await (const page of paginateScan({ client }, { TableName: table })) {
    for (const stored of page.Items ?? []) items.set(stored.name?.S ?? "", unmarshall(stored));
  }
  return items;
}

/** Writes in batches; what the table did not take is offered again. */
async function writeAll(
  client: DynamoDBClient,
  table: string,
  requests: readonly WriteRequest[],
): Promise<void> {
  let left = [...requests];
  while (left.length > 0) {
    const batch = left.slice(0, BATCH_ITEMS);
    const answer = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: batch } }),
    );
    left = [...left.slice(BATCH_ITEMS), ...(answer.UnprocessedItems?.[table] ?? [])];
  }
}
