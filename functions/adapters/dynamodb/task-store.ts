import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { printTask } from "../../../shared/task/task.ts";
import { inParallel } from "../../in-parallel.ts";
import type { StoredTask, TaskStore } from "../../ports/task-store.ts";
import { type BatchSetup, writeBatches } from "./batches.ts";
import { toPlainItem } from "./plain-item.ts";
import { type Item, scanItems } from "./table.ts";

const DELETES_AT_ONCE = 16;
const SHOWN_NAMES = 10;

/** The user's `tasks` table. */
export function createTaskStore(setup: BatchSetup): TaskStore {
  const { client, table } = setup;
  return {
    async readTasks() {
      const items: StoredTask[] = [];
      for await (const item of scanItems(setup)) items.push(readItem(item));
      return items;
    },

    async putTasks(tasks) {
      const refused = await writeBatches(
        setup,
        tasks.map((task) => marshall(printTask(task))),
      );
      if (refused.length === 0) return;
      const names = refused.slice(0, SHOWN_NAMES).map(({ name }) => JSON.stringify(name?.S));
      throw new Error(`DynamoDB refuses ${refused.length} tasks: ${names.join(", ")}`);
    },

    async deleteTasks(names) {
      await inParallel(names, DELETES_AT_ONCE, (name) =>
        client.send(new DeleteItemCommand({ TableName: table, Key: marshall({ name }) })),
      );
    },
  };
}

// Whatever an item holds, it must not throw here: the parser refuses it.
function readItem(item: Item): StoredTask {
  return { name: item.name?.S ?? "", fields: toPlainItem(item) };
}
