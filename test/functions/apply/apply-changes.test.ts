import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { openHomeStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { applyChanges, proposeChanges } from "../../../functions/apply/apply.ts";
import type { TaskStore } from "../../../functions/ports/task-store.ts";
import { printTask } from "../../../shared/task/task.ts";
import { readTaskFile, type TaskFile } from "../../../shared/task-file/task-file.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";

const TASKS = "test-tasks";

function fileOf(entries: readonly object[]): TaskFile {
  return readTaskFile("t.json", JSON.stringify({ tasks: entries }));
}

function entriesOf(...names: readonly string[]) {
  return names.map((name) => ({ name, host: "127.0.0.1:22", schedule_seconds: 5 }));
}

describe("applyChanges", () => {
  let embedded: Embedded;
  let client: DynamoDBClient;
  let store: TaskStore;

  before(async () => {
    embedded = await startEmbedded();
    client = embedded.client;
    store = openHomeStores({ client, fleet: "test" }).tasks;
  });
  after(() => embedded.close());

  async function apply(file: TaskFile) {
    const changes = proposeChanges(await store.readTasks(), file);
    await applyChanges(store, changes);
    return changes;
  }

  async function items(): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TASKS }));
    return Items.map((item) => unmarshall(item));
  }

  test("makes the table say what the file says", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `t${i}`);
    const { tasks } = fileOf(entriesOf(...names));
    const { add } = await apply(fileOf(entriesOf(...names)));
    assert.deepEqual(
      add.map(({ name }) => name),
      names.toSorted(),
    );
    const byName = new Map((await items()).map((item) => [item.name, item]));
    assert.equal(byName.size, names.length);
    for (const task of tasks) assert.deepEqual(byName.get(task.name), printTask(task));
  });

  test("touches only what differs, and removes what is gone", async () => {
    await apply(fileOf(entriesOf("a", "b", "c")));
    const [a, b, d] = entriesOf("a", "b", "d");
    const wanted = fileOf([{ ...a }, { ...b, schedule_seconds: 7 }, { ...d }]);
    const written: string[] = [];
    const removed: string[] = [];
    const changes = proposeChanges(await store.readTasks(), wanted);
    await applyChanges(
      {
        putTasks: async (tasks) => {
          written.push(...tasks.map(({ name }) => name));
          await store.putTasks(tasks);
        },
        deleteTasks: async (names) => {
          removed.push(...names);
          await store.deleteTasks(names);
        },
      },
      changes,
    );
    assert.deepEqual([written, removed], [["d", "b"], ["c"]]);
    const left = (await items()).map(({ name, schedule_seconds }) => [name, schedule_seconds]);
    assert.deepEqual(left.sort(), [
      ["a", 5],
      ["b", 7],
      ["d", 5],
    ]);
  });

  test("leaves a task alone whose entry has a problem", async () => {
    await apply(fileOf(entriesOf("a", "b")));
    const [a, b] = entriesOf("a", "b");
    const { remove } = await apply(fileOf([{ ...a }, { ...b, schedule_seconds: 0 }]));
    assert.deepEqual(remove, []);
    assert.equal((await items()).length, 2);
  });

  test("removes nothing if writing fails", async () => {
    await apply(fileOf(entriesOf("a", "b")));
    const failing = { ...store, putTasks: () => Promise.reject(new Error("throttled")) };
    const changes = proposeChanges(await store.readTasks(), fileOf(entriesOf("a", "c")));
    assert.deepEqual(changes.remove, ["b"]);
    await assert.rejects(applyChanges(failing, changes), /throttled/);
    assert.equal((await items()).length, 2);
  });
});
