import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import { readEventSchemas } from "../../shared/event/event-schemas.ts";
import { aFleet, anItem, aRegion, Rig, START_MS } from "./rig.ts";

const isRejectedDetail = readEventSchemas().get(DETAIL_TYPES.taskRejected);

function assertValid(rig: Rig): void {
  assert.ok(isRejectedDetail);
  for (const event of rig.bus.published) {
    assert.ok(isRejectedDetail(event.detail), JSON.stringify(isRejectedDetail.errors));
    assert.equal(event.detailType, DETAIL_TYPES.taskRejected);
    assert.equal(Reflect.get(event.detail, "id"), event.id);
  }
}

function detailsOf(rig: Rig, ...fields: readonly string[]) {
  return rig.bus.published.map(({ detail }) => fields.map((field) => Reflect.get(detail, field)));
}

test("a rejected event is as its golden file has it", async () => {
  const rig = new Rig();
  rig.put(anItem("db", { target_id: "orders" }));
  await rig.plan();
  rig.put(anItem("db", { target_id: "orders", timeout_seconds: 95 }));
  await rig.plan();
  assertValid(rig);
  const golden = new URL("../../golden/events/task-rejected.json", import.meta.url);
  assert.deepEqual(rig.bus.published, [JSON.parse(readFileSync(golden, "utf8"))]);
});

test("planFleet tells once that a task is rejected, however long it stays so", async () => {
  const rig = new Rig();
  rig.put(anItem("a", { host: 7 }));
  for (let run = 0; run < 3; run++) await rig.plan();
  assertValid(rig);
  assert.equal(rig.bus.published.length, 1);
});

test("planFleet tells again when the reasons change, and when it is rejected anew", async () => {
  const rig = new Rig();
  const bad = anItem("a", { timeout_seconds: 31 });
  for (const item of [bad, anItem("a", { timeout_seconds: 32 }), anItem("a"), bad]) {
    rig.put(item);
    await rig.plan();
  }
  assertValid(rig);
  assert.deepEqual(detailsOf(rig, "running_last_good", "since"), [
    [false, new Date(START_MS).toISOString()],
    [false, new Date(START_MS + 60_000).toISOString()],
    [true, new Date(START_MS + 180_000).toISOString()],
  ]);
  assert.equal(new Set(rig.bus.published.map(({ id }) => id)).size, 3);
});

test("planFleet tells where and why a task is unsupported", async () => {
  const rig = new Rig();
  rig.put(anItem("mail", { host: "mx.example.com:25", regions: ["us-east-1"] }));
  await rig.plan();
  assertValid(rig);
  assert.deepEqual(detailsOf(rig, "reason", "regions", "running_last_good"), [
    ["unsupported", ["us-east-1"], false],
  ]);
});

test("planFleet delivers later what the bus refused, in order, though the task is fixed by then", async () => {
  const rig = new Rig();
  rig.put(anItem("a", { timeout: 0 }), anItem("b", { timeout: 0 }));
  rig.bus.refuses = ({ detail }) => Reflect.get(detail, "task_name") === "a";
  await assert.rejects(rig.plan(), /are still pending: ThrottlingException/);
  rig.put(anItem("a", { timeout: -1 }));
  await assert.rejects(rig.plan(), /are still pending/);
  rig.put(anItem("a"));
  await assert.rejects(rig.plan(), /are still pending/);
  assert.equal((await rig.statusOf("a"))?.status, "ok");
  assert.equal((await rig.statusOf("a"))?.pending.length, 2);
  rig.bus.refuses = () => false;
  await rig.plan();
  assert.equal(await rig.statusOf("a"), null);
  assertValid(rig);
  assert.deepEqual(detailsOf(rig, "task_name", "since"), [
    ["b", new Date(START_MS).toISOString()],
    ["a", new Date(START_MS).toISOString()],
    ["a", new Date(START_MS + 60_000).toISOString()],
  ]);
});

const hopeless: readonly [
  what: string,
  fields: Record<string, unknown>,
  shown: number,
  last: string,
][] = [
  [
    "unknown fields",
    numbered(500, (i) => [`field_${i}`, i]),
    11,
    'Task "a": 490 more names are not fields of a task',
  ],
  ["odd tags", { tags: numbered(50, (i) => [`t${i}`, i]) }, 21, "30 more problems are not shown"],
  [
    "odd regions",
    { regions: Array.from({ length: 400 }, (_, i) => `R${i}`) },
    11,
    'Task "a": regions has 390 more names like these',
  ],
  [
    "regions",
    { regions: Array.from({ length: 90_000 }, (_, i) => `r${i}`) },
    1,
    'Task "a": regions must be at most 500 region names, is ["r0","r1","r2","r3","r4","r5","r6","r7","r8","r9","r10","r…',
  ],
];

function numbered(count: number, field: (i: number) => [string, unknown]) {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => field(i)));
}

for (const [what, fields, shown, last] of hopeless) {
  test(`planFleet says of an item with hopelessly many ${what} how many more there are`, async () => {
    const rig = new Rig();
    rig.put(anItem("a", fields));
    await rig.plan();
    assertValid(rig);
    const problems = (await rig.statusOf("a"))?.problems ?? [];
    assert.equal(problems.length, shown);
    assert.equal(problems.at(-1), last);
  });
}

test("planFleet says in twenty sentences that a task is supported in none of fifty regions", async () => {
  const names = Array.from({ length: 50 }, (_, i) => `r${i + 10}`);
  const rig = new Rig(aFleet(...names.map((name) => aRegion(name))));
  rig.put(anItem("a", { host: "h.example.com:25" }));
  await rig.plan();
  assertValid(rig);
  const status = await rig.statusOf("a");
  assert.equal(status?.problems.length, 21);
  assert.deepEqual(status?.regions, names);
});

test("planFleet keeps the newest ten events of a task while the bus takes none", async () => {
  const rig = new Rig();
  rig.bus.refuses = () => true;
  for (let i = 0; i < 12; i++) {
    rig.put(anItem("a", { [`field_${i}`]: i }));
    await assert.rejects(rig.plan(), /are still pending/);
  }
  const pending = (await rig.statusOf("a"))?.pending ?? [];
  assert.equal(pending.length, 10);
  assert.match(JSON.stringify(pending.at(-1)), /field_11/);
});

test("planFleet sets an item aside whose parser throws, and plans the others", async () => {
  const rig = new Rig();
  rig.put(anItem("a"));
  const fields: Record<string, unknown> = anItem("odd");
  const get = (own: object, key: string) =>
    key === "host" ? assert.fail("no such field") : Reflect.get(own, key);
  const odd = { name: "odd", fields: new Proxy<typeof fields>(fields, { get }) };
  const tasks = { readTasks: async () => [...(await rig.tasks.readTasks()), odd] };
  await rig.plan({ tasks });
  assert.deepEqual(await rig.hostsIn("eu-west-1"), { a: "192.0.2.1:22" });
  const problems = (await rig.statusOf("odd"))?.problems ?? [];
  assert.match(problems.join(), /^Task "odd": entry can't be read: .*no such field/);
});

test("planFleet asks a bus that takes nothing once, not once for every hundred tasks", async () => {
  const rig = new Rig();
  rig.put(...Array.from({ length: 250 }, (_, i) => anItem(`t${i}`, { host: 7 })));
  let calls = 0;
  const bus = { publish: () => Promise.reject(new Error(`down ${++calls}`)) };
  await assert.rejects(rig.plan({ bus }), /Events are still pending: Error: down 1$/);
  await rig.plan();
  assert.equal(rig.bus.published.length, 250);
});

for (const change of [
  { version: "2" },
  { problems: [] },
  { reason: "odd" },
  { regions: [] },
  { since: "today" },
  { note: "extra" },
  { running_last_good: "yes" },
]) {
  test(`the schema of a rejected event refuses ${JSON.stringify(change)}`, async () => {
    const rig = new Rig();
    rig.put(anItem("a", { host: 7 }));
    await rig.plan();
    assert.equal(isRejectedDetail?.({ ...rig.bus.published[0]?.detail, ...change }), false);
  });
}

test("planFleet stores a status without its odd event, says so once, and tells of the next change", async () => {
  const rig = new Rig();
  rig.put(anItem("a", { timeout_seconds: 31 }));
  await rig.plan();
  rig.statuses.damageEvents("a");
  await assert.rejects(rig.plan(), {
    message: 'Status of "a": a pending event is dropped: odd event',
  });
  await rig.plan();
  rig.put(anItem("a", { timeout_seconds: 32 }));
  await rig.plan();
  assertValid(rig);
  assert.equal(rig.bus.published.length, 2);
});

test("planFleet tells of no private key that stands where a target_id should", async () => {
  const rig = new Rig();
  const key = "-----BEGIN EC PRIVATE KEY-----\nMARKER\n-----END EC PRIVATE KEY-----";
  rig.put(anItem("a", { target_id: key, timeout_seconds: 95 }));
  await rig.plan();
  assertValid(rig);
  assert.deepEqual(detailsOf(rig, "target_id"), [["a private key"]]);
  assert.doesNotMatch(JSON.stringify(rig.bus.published), /MARKER/);
});
