import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { applyTasks } from "../../local/apply-tasks.ts";
import { createSweeper } from "../../local/sweep.ts";
import { printTask } from "../../shared/print-task.ts";
import { readTaskFile } from "../../shared/task-file.ts";
import { type Embedded, startEmbedded, TEST_FLEET } from "../embedded.ts";

let embedded: Embedded;
let client: DynamoDBClient;

before(async () => {
  embedded = await startEmbedded();
  client = embedded.client;
});
after(() => embedded.close());

async function itemsOf(table: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  return Items.map((item) => unmarshall(item));
}

const TASKS = "test-tasks";

function tasksOf(...names: readonly string[]) {
  const entries = names.map((name) => ({ name, host: "127.0.0.1:22", schedule_seconds: 5 }));
  return readTaskFile("t.json", JSON.stringify({ tasks: entries })).tasks;
}

describe("applyTasks", () => {
  const none = new Set<string>();
  const apply = (names: readonly string[], spoiled: ReadonlySet<string> = none) =>
    applyTasks(client, TASKS, { tasks: tasksOf(...names), spoiled });

  test("makes the table say what the file says", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `t${i}`);
    const { added } = await apply(names);
    assert.deepEqual(added, names);
    const byName = new Map((await itemsOf(TASKS)).map((item) => [item.name, item]));
    for (const task of tasksOf(...names)) {
      assert.deepEqual(byName.get(task.name), printTask(task));
    }
  });

  test("touches only what differs, and takes away what is gone", async () => {
    await apply(["a", "b", "c"]);
    const [a, b] = tasksOf("a", "b");
    assert.ok(a !== undefined && b !== undefined);
    const tasks = [a, { ...b, scheduleMs: 7_000 }, ...tasksOf("d")];
    const applied = await applyTasks(client, TASKS, { tasks, spoiled: none });
    assert.deepEqual(applied, { added: ["d"], changed: ["b"], removed: ["c"] });
    const stored = (await itemsOf(TASKS)).map(({ name }) => name).sort();
    assert.deepEqual(stored, ["a", "b", "d"]);
  });

  test("leaves a task alone that the file spoils", async () => {
    await apply(["a", "b"]);
    assert.deepEqual((await apply(["a"], new Set(["b"]))).removed, []);
    assert.equal((await itemsOf(TASKS)).length, 2);
  });
});

describe("createSweeper", () => {
  const NOW_S = 1_795_203_600;
  const RESULTS = "test-results-eu-west-1";

  async function put(sk: string, expiresAtS: number | null): Promise<void> {
    const item = {
      pk: "0#2026-11-20T12",
      sk,
      ...(expiresAtS === null ? {} : { expires_at: expiresAtS }),
    };
    await client.send(new PutItemCommand({ TableName: RESULTS, Item: marshall(item) }));
  }

  test("takes away what has expired, slice after slice, and nothing else", async () => {
    await put("lease", null);
    await put("future", NOW_S + 1);
    await put("now", NOW_S);
    for (let i = 0; i < 7; i++) await put(`past ${i}`, NOW_S - 1 - i);
    await client.send(
      new PutItemCommand({ TableName: TASKS, Item: marshall({ name: "a", expires_at: 1 }) }),
    );
    const sweeper = createSweeper(client, TEST_FLEET, 3);
    const counts: number[] = [];
    for (let i = 0; i < 5; i++) counts.push(await sweeper.sweepSlice(NOW_S * 1_000));
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      7,
    );
    assert.ok(Math.max(...counts) <= 3, `swept ${counts}`);
    const kept = (await itemsOf(RESULTS)).map(({ sk }) => sk).sort();
    assert.deepEqual(kept, ["future", "lease", "now"]);
    assert.ok((await itemsOf(TASKS)).some(({ name }) => name === "a"));
  });
});
