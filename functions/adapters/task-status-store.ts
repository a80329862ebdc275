import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { TaskStatusRecord, TaskStatusStore } from "../stores.ts";
import type { TableSetup } from "./put-item.ts";
import { scanPages } from "./scan-pages.ts";
import { decodeStatus, encodeStatus } from "./task-status-item.ts";

/** The `task-status` table: an item for each task that does not run as written, and one for the plan. */
export function createTaskStatusStore({ client, table }: TableSetup): TaskStatusStore {
  return {
    async readStatuses() {
      const records: TaskStatusRecord[] = [];
      const pages = scanPages(client, { TableName: table, ConsistentRead: true });
      for await (const item of pages) records.push(decodeStatus(unmarshall(item)));
      return records;
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
