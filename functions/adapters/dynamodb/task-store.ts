import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { printTask } from "../../../shared/task/task.ts";
import { inParallel } from "../../in-parallel.ts";
import type { StoredTask, TaskStore } from "../../ports/task-store.ts";
import type { Item } from "./query-pages.ts";
import { scanPages } from "./scan-pages.ts";
import { type BatchSetup, writeBatches } from "./write-batches.ts";

const DELETES_AT_ONCE = 16;

/** The user's `tasks` table. */
export function createTaskStore(setup: BatchSetup): TaskStore {
  const { client, table } = setup;
  return {
    async readTasks() {
      const items: StoredTask[] = [];
      // Consistent: what was just applied is in the next plan, and nothing seems to be gone.
      const pages = scanPages(client, { TableName: table, ConsistentRead: true });
      for await (const item of pages) items.push(readItem(item));
      return items;
    },

    async putTasks(tasks) {
      await writeBatches(
        setup,
        tasks.map((task) => marshall(printTask(task))),
      );
    },

    async deleteTasks(names) {
      await inParallel(names, DELETES_AT_ONCE, (name) =>
        client.send(new DeleteItemCommand({ TableName: table, Key: marshall({ name }) })),
      );
    },
  };
}

// A number beyond what JavaScript can hold must not throw here: it is the parser's to refuse.
function readItem(item: Item): StoredTask {
  const fields = unmarshall(item, { wrapNumbers: Number });
  return { name: item.name?.S ?? "", fields };
}
