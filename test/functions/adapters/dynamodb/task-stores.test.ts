import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import {
  createTaskStatusStore,
  decodeStatus,
  encodeStatus,
} from "../../../../functions/adapters/dynamodb/task-status-store.ts";
import { createTaskStore } from "../../../../functions/adapters/dynamodb/task-store.ts";
import type {
  TaskStatusRecord,
  TaskStatusStore,
} from "../../../../functions/ports/task-status-store.ts";
import type { TaskStore } from "../../../../functions/ports/task-store.ts";
import { parseTask } from "../../../../shared/task/task.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";
import { aTask } from "../../../fakes/results.ts";
import { FakeTaskStatusStore, FakeTaskStore } from "../../../fakes/task-stores.ts";

interface Stores {
  readonly tasks: TaskStore;
  readonly statuses: TaskStatusStore;
}

const sleep = () => Promise.reject(new Error("nothing sleeps here"));

describe("fake task stores", () =>
  testStores(() => ({ tasks: new FakeTaskStore(), statuses: new FakeTaskStatusStore() })));

describe("DynamoDB task stores", () => {
  let embedded: Embedded;
  before(async () => {
    embedded = await startEmbedded();
  });
  after(() => embedded.close());

  testStores(() => ({
    tasks: createTaskStore({ client: embedded.client, table: "test-tasks", sleep }),
    statuses: createTaskStatusStore({ client: embedded.client, table: "test-task-status" }),
  }));

  test("readStatuses names an item that it can't read, reads the others, and writes over none", async () => {
    const { client } = embedded;
    const TableName = "test-task-status";
    const store = createTaskStatusStore({ client, table: TableName });
    const sound = aStatus({ name: "sound", version: 1 });
    await store.putStatus(sound);
    const newer = marshall({ ...encodeStatus(aStatus({ name: "newer" })), status: "paused" });
    const odd = { name: { S: "odd" }, version: { NULL: true } } as const;
    for (const Item of [newer, odd]) await client.send(new PutItemCommand({ TableName, Item }));
    const { records, damaged } = await store.readStatuses();
    assert.ok(records.some(({ name }) => name === "sound"));
    const byName = damaged.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(byName, [
      { name: "newer", reason: 'Status of "newer" is "paused", which this version does not know' },
      { name: "odd", reason: 'Stored status of "odd" is damaged: status must be a text' },
    ]);
    for (const name of ["newer", "odd"]) {
      assert.equal(await store.putStatus(aStatus({ name, version: 1 })), "lost");
    }
    const left = await client.send(
      new GetItemCommand({ TableName, Key: { name: { S: "newer" } } }),
    );
    assert.deepEqual(left.Item, newer);
    for (const name of ["newer", "odd", "sound"]) {
      await client.send(new DeleteItemCommand({ TableName, Key: { name: { S: name } } }));
    }
  });

  test("readTasks gives any item to the parser, which refuses it without throwing", async () => {
    const { client } = embedded;
    const odd = {
      name: { S: "odd" },
      schedule_seconds: { N: "9".repeat(38) },
      port: { N: "12345678901234567890.5" },
      tags: { SS: ["a"] },
      host: { B: new Uint8Array([1]) },
      regions: { NS: ["12345678901234567890123"] },
      alert: { M: { quorum: { NULL: true } } },
    };
    await client.send(new PutItemCommand({ TableName: "test-tasks", Item: odd }));
    const store = createTaskStore({ client, table: "test-tasks", sleep });
    const found = (await store.readTasks()).find(({ name }) => name === "odd");
    assert.ok((parseTask(found?.fields).problems?.length ?? 0) >= 5);
  });
});

function testStores(open: () => Stores): void {
  let stores: Stores;
  before(() => {
    stores = open();
  });

  test("putTasks gives back the same tasks, replaced by name, and deleteTasks takes them away", async () => {
    const { tasks: store } = stores;
    const tasks = Array.from({ length: 60 }, (_, i) => aTask(`task ${i}`));
    await store.putTasks(tasks);
    const changed = aTask("task 7", {
      targetId: "db",
      regions: ["eu-west-1", "us-east-1"],
      alert: { quorum: 2, warning: { failurePercent: 10, noSuccessMinutes: false } },
      tags: { team: "core" },
    });
    await store.putTasks([changed]);
    await store.deleteTasks(["task 0", "no such task"]);
    const read = (await store.readTasks()).map(({ fields }) => parseTask(fields).task);
    const expected = [changed, ...tasks.slice(1).filter(({ name }) => name !== "task 7")];
    assert.deepEqual(read.sort(byName), expected.sort(byName));
    await store.putTasks([]);
    await store.deleteTasks(expected.map(({ name }) => name));
    assert.deepEqual(await store.readTasks(), []);
  });

  test("putStatus stores a version once and readStatuses gives it back", async () => {
    const { statuses: store } = stores;
    const first = aStatus({ version: 1 });
    assert.equal(await store.putStatus(first), "stored");
    assert.equal(await store.putStatus(aStatus({ version: 1, problems: ["a rival's"] })), "lost");
    assert.deepEqual(await store.readStatuses(), { records: [first], damaged: [] });
    const second = aStatus({ version: 2, pending: [], runningLastGood: false });
    assert.equal(await store.putStatus(second), "stored");
    assert.equal(await store.putStatus(second), "stored", "a retry counts as a rival");
    assert.deepEqual(await store.readStatuses(), { records: [second], damaged: [] });
  });

  test("deleteStatus takes away the version that it was given and no other", async () => {
    const { statuses: store } = stores;
    await store.putStatus(aStatus({ name: "b", version: 1 }));
    const moved = aStatus({ name: "b", version: 2 });
    await store.putStatus(moved);
    assert.equal(await store.deleteStatus(aStatus({ name: "b", version: 1 })), "lost");
    assert.equal(await store.deleteStatus(moved), "deleted");
    assert.equal(await store.deleteStatus(moved), "deleted", "a retry counts as a rival");
    const { records } = await store.readStatuses();
    assert.ok(records.every(({ name }) => name !== "b"));
  });
}

test("decodeStatus reads the golden status item, and encodeStatus writes it", () => {
  const path = new URL("../../../golden/plan/task-status-item.json", import.meta.url);
  const golden = JSON.parse(readFileSync(path, "utf8"));
  assert.deepEqual(encodeStatus(decodeStatus(golden).record), golden);
});

const DAMAGED: readonly (readonly [field: string, value: unknown, message: string])[] = [
  ["name", undefined, "Stored status of undefined is damaged: name must be a text"],
  ["status", undefined, 'Stored status of "a" is damaged: status must be a text'],
  ["status", "paused", 'Status of "a" is "paused", which this version does not know'],
  ["since", undefined, 'Stored status of "a" is damaged: since must be a text'],
  ["since", "soon", 'Stored status of "a" is damaged: since must be an ISO time'],
  ["version", undefined, 'Stored status of "a" is damaged: version must be a whole number'],
];

for (const [field, value, message] of DAMAGED) {
  test(`decodeStatus refuses ${JSON.stringify(value)} as ${field}: ${message}`, () => {
    assert.throws(() => decodeStatus({ ...encodeStatus(aStatus({})), [field]: value }), {
      message,
    });
  });
}

function aStatus(different: Partial<TaskStatusRecord>): TaskStatusRecord {
  const event = {
    id: "0123456789abcdef0123456789abcdef",
    detailType: "TCP Probe Task Rejected",
    time: Date.UTC(2026, 0, 1),
    resources: [],
    detail: { version: "1", problems: ["one"], nested: { none: null } },
  } as const;
  return {
    name: "a",
    status: "rejected",
    problems: ["one", "two"],
    regions: ["eu-west-1"],
    runningLastGood: true,
    sinceMs: Date.UTC(2026, 0, 1) + 7,
    pending: [event],
    version: 1,
    ...different,
  };
}

function byName(a: { name: string } | undefined, b: { name: string } | undefined): number {
  return (a?.name ?? "") < (b?.name ?? "") ? -1 : 1;
}
