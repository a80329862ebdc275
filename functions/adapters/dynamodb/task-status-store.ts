import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type {
  DamagedStatus,
  TaskStatusRecord,
  TaskStatusStore,
} from "../../ports/task-status-store.ts";
import type { TableSetup } from "./put-item.ts";
import type { Item } from "./query-pages.ts";
import { scanPages } from "./scan-pages.ts";
import { decodeStatus, encodeStatus } from "./task-status-item.ts";

/** The `task-status` table: an item for each task that does not run as written, and one for the plan. */
export function createTaskStatusStore({ client, table }: TableSetup): TaskStatusStore {
  return {
    async readStatuses() {
      const found: Statuses = { records: [], damaged: [] };
      const pages = scanPages(client, { TableName: table, ConsistentRead: true });
      for await (const item of pages) addStatus(found, item);
      return found;
    },

    async putStatus(record) {
      const command = new PutItemCommand({
        TableName: table,
        Item: marshall(encodeStatus(record)),
        ...conditionFor(record.version - 1),
      });
      return (await holds(client.send(command))) ? "stored" : "lost";
    },

    async deleteStatus(record) {
      const command = new DeleteItemCommand({
        TableName: table,
        Key: marshall({ name: record.name }),
        ...conditionFor(record.version),
      });
      return (await holds(client.send(command))) ? "deleted" : "lost";
    },
  };
}

interface Statuses {
  readonly records: TaskStatusRecord[];
  readonly damaged: DamagedStatus[];
}

/** One damaged or newer item must not hide the others. */
function addStatus({ records, damaged }: Statuses, item: Item): void {
  try {
    records.push(decodeStatus(unmarshall(item)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    damaged.push({ name: item.name?.S ?? "", reason });
  }
}

function conditionFor(heldVersion: number) {
  const names = { ExpressionAttributeNames: { "#key": heldVersion === 0 ? "name" : "version" } };
  if (heldVersion === 0) return { ConditionExpression: "attribute_not_exists(#key)", ...names };
  return {
    ConditionExpression: "#key = :held",
    ...names,
    ExpressionAttributeValues: marshall({ ":held": heldVersion }),
  };
}

async function holds(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
