import { strict as assert } from "node:assert";
import { test } from "node:test";
import { planFleet } from "../../../functions/plan/plan.ts";
import type { PlanServices } from "../../../functions/plan/services.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { brokenAt } from "./broken.ts";
import { aFleet, anItem, aRegion, Rig, START_MS } from "./rig.ts";

test("planFleet writes each region's tasks, its stagger and the time", async () => {
  const rig = new Rig();
  rig.put(anItem("a"), anItem("b"), anItem("c"));
  await rig.plan();
  const hosts = { a: "192.0.2.1:22", b: "192.0.2.1:22", c: "192.0.2.1:22" };
  assert.deepEqual(await rig.hostsIn("eu-west-1"), hosts);
  assert.deepEqual(await rig.hostsIn("us-east-1"), hosts);
  const [eu, us] = [
    await rig.plansOf("eu-west-1").readManifest(),
    await rig.plansOf("us-east-1").readManifest(),
  ];
  assert.deepEqual([eu?.staggerPermille, us?.staggerPermille], [0, 500]);
  assert.equal(eu?.plannedAtMs, START_MS);
  assert.equal(eu?.region, "eu-west-1");
  assert.deepEqual(eu?.shards, us?.shards);
});

test("planFleet renews the manifest each run and writes no bundle again", async () => {
  const rig = new Rig();
  rig.put(anItem("a"), anItem("b"));
  await rig.plan();
  await rig.plan();
  assert.equal(rig.lines.at(-1)?.bundlesWritten, 0);
  const manifest = await rig.plansOf("us-east-1").readManifest();
  assert.equal(manifest?.plannedAtMs, START_MS + 60_000);
});

test("planFleet plans nothing anew because of an sla_percent, which no probe gets", async () => {
  const rig = new Rig();
  rig.put(anItem("a"));
  await rig.plan();
  const plain = (await rig.plansOf("us-east-1").readManifest())?.shards;
  rig.put(anItem("a", { sla_percent: 99.9 }));
  await rig.plan();
  assert.deepEqual((await rig.plansOf("us-east-1").readManifest())?.shards, plain);
  assert.equal(await rig.statusOf("a"), null);
});

test("planFleet leaves out disabled tasks and keeps to the regions that a task names", async () => {
  const rig = new Rig();
  rig.put(anItem("everywhere"), anItem("off", { enabled: false }));
  rig.put(anItem("one-region", { regions: ["us-east-1"] }));
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), ["everywhere"]);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["everywhere", "one-region"]);
});

test("planFleet keeps the last good version of a task that became invalid", async () => {
  const rig = new Rig();
  rig.put(anItem("a"), anItem("b"));
  await rig.plan();
  rig.put(anItem("a", { host: "192.0.2.9:99", timeout_seconds: 95, tiemout: 1, target_id: "t" }));
  await rig.plan();
  await rig.plan();
  assert.equal((await rig.hostsIn("eu-west-1")).a, "192.0.2.1:22");
  const { version, ...status } = (await rig.statusOf("a")) ?? {};
  assert.deepEqual(status, {
    name: "a",
    status: "rejected",
    problems: [
      'Task "a": timeout_seconds must be 1 to 30, is 95',
      'Task "a": tiemout is not a field of a task (did you mean "timeout"?)',
    ],
    regions: ["eu-west-1", "us-east-1"],
    runningLastGood: true,
    sinceMs: START_MS + 60_000,
    pending: [],
  });
  assert.equal(rig.metrics.InvalidTasks, 1);
});

test("planFleet takes the last good version from the newest plan that has it", async () => {
  const rig = new Rig();
  rig.put(anItem("a"));
  await rig.plan();
  rig.put(anItem("a", { host: "192.0.2.2:22" }));
  const plansOf = (region: string) =>
    region === "eu-west-1" ? brokenAt(rig.plansOf(region), "writeManifest") : rig.plansOf(region);
  await assert.rejects(rig.plan({ plansOf }), /Region eu-west-1: writeManifest is broken/);
  rig.put(anItem("a", { host: "nonsense" }));
  await rig.plan();
  assert.deepEqual(await rig.hostsIn("eu-west-1"), { a: "192.0.2.2:22" });
  assert.deepEqual(await rig.hostsIn("us-east-1"), { a: "192.0.2.2:22" });
});

test("planFleet refuses an item whose key is a name with a blank, beside the task of that name", async () => {
  const rig = new Rig();
  rig.put(anItem("db"), anItem("db ", { host: "192.0.2.2:22" }));
  await rig.plan();
  assert.deepEqual(await rig.hostsIn("eu-west-1"), { db: "192.0.2.1:22" });
  assert.deepEqual((await rig.statusOf("db "))?.problems, [
    'Task "db": name must not begin or end with a blank, is "db "',
  ]);
  assert.equal(await rig.statusOf("db"), null);
  assert.equal(rig.metrics.InvalidTasks, 1);
});

test("planFleet says that nothing runs of a task that never was valid", async () => {
  const rig = new Rig();
  rig.put(anItem("a"), anItem("bad", { host: 7 }));
  await rig.plan();
  assert.equal((await rig.statusOf("bad"))?.runningLastGood, false);
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), ["a"]);
});

test("planFleet forgets the status of a task that was fixed", async () => {
  const rig = new Rig();
  rig.put(anItem("a", { schedule_seconds: 0 }));
  await rig.plan();
  rig.put(anItem("a"));
  await rig.plan();
  assert.equal(await rig.statusOf("a"), null);
  assert.equal(rig.bus.published.length, 1);
});

test("planFleet makes a region that is not in the fleet a problem of the task", async () => {
  const rig = new Rig();
  rig.put(anItem("a", { regions: ["us-east-1", "mars-1"] }));
  await rig.plan();
  assert.match((await rig.statusOf("a"))?.problems[0] ?? "", /^Task "a": regions.*mars-1/);
});

test("planFleet leaves a task out of regions that do not support it, and says which and why", async () => {
  const rig = new Rig(
    aFleet(
      aRegion("eu-west-1"),
      aRegion("us-east-1", { vpc: true }),
      aRegion("x-1", { ipv6: true }),
    ),
  );
  rig.put(anItem("mail", { host: "192.0.2.1:25" }), anItem("six", { host: "[2001:db8::1]:22" }));
  rig.put(anItem("family", { host: "db.example.com:22", address_family: "ipv6" }));
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), []);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["mail"]);
  assert.deepEqual(Object.keys(await rig.hostsIn("x-1")), ["family", "six"]);
  assert.deepEqual((await rig.statusOf("mail"))?.problems, [
    'Task "mail": not supported in eu-west-1: TCP port 25 is blocked outside a VPC',
    'Task "mail": not supported in x-1: TCP port 25 is blocked outside a VPC',
  ]);
  assert.deepEqual((await rig.statusOf("six"))?.regions, ["eu-west-1", "us-east-1"]);
  assert.equal(rig.metrics.UnsupportedTasks, 3);
  assert.equal(rig.metrics.InvalidTasks, 0);
});

test("planFleet leaves a literal address to the regions that open it", async () => {
  const rig = new Rig(
    aFleet(
      aRegion("eu-west-1", { allowedCidrs: ["10.0.0.0/16"] }),
      aRegion("us-east-1", { allowedCidrs: [] }),
    ),
  );
  rig.put(anItem("db", { host: "10.0.0.5:22" }), anItem("keys", { host: "169.254.169.254:80" }));
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), ["db"]);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), []);
  assert.deepEqual((await rig.statusOf("db"))?.problems, [
    'Task "db": not supported in us-east-1: its address is not public and not in the region\'s allowedPrivateCidrs',
  ]);
  assert.deepEqual((await rig.statusOf("keys"))?.regions, ["eu-west-1", "us-east-1"]);
  assert.equal(rig.metrics.UnsupportedTasks, 2);
});

test("planFleet moves tasks to their new shards when shards are raised", async () => {
  const rig = new Rig(aFleet(aRegion("eu-west-1", { shards: 2 })));
  rig.put(...Array.from({ length: 60 }, (_, i) => anItem(`t${i}`)));
  await rig.plan();
  const before = await shardsIn(rig);
  rig.fleet = aFleet(aRegion("eu-west-1", { shards: 3 }));
  await rig.plan();
  const after = await shardsIn(rig);
  assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
  const moved = [...after].filter(([name, shard]) => before.get(name) !== shard);
  assert.ok(moved.length > 5 && moved.length < 35, `${moved.length} moved`);
  assert.ok(moved.every(([, shard]) => shard === 2));
});

/** The shard of each task that runs in eu-west-1. */
async function shardsIn(rig: Rig): Promise<Map<string, number>> {
  const bundles = await rig.bundlesOf("eu-west-1");
  const places = bundles.map(({ tasks }, shard) => tasks.map(({ name }) => [name, shard] as const));
  return new Map(places.flat());
}

test("planFleet warns of a shard above its size and plans it all the same", async () => {
  const rig = new Rig(aFleet(aRegion("eu-west-1", { shards: 1 })));
  rig.put(
    ...Array.from({ length: 529 }, (_, i) =>
      anItem(`t${i}`, { schedule_seconds: 1, rate_limit: "disabled" }),
    ),
  );
  await rig.plan();
  assert.equal((await rig.bundlesOf("eu-west-1"))[0]?.tasks.length, 529);
  const status = await rig.statusOf("#plan");
  assert.equal(status?.status, "warning");
  assert.deepEqual(status?.problems, [
    "Region eu-west-1, shard 0: 529 tasks with 529 starts a second, made for 5000 tasks, 480 connects and 671 starts a second; raise expectedTasks, or shards",
  ]);
  assert.equal(rig.metrics.OverfullShards, 1);
  await rig.tasks.deleteTasks(["t0"]);
  await rig.plan();
  assert.equal(await rig.statusOf("#plan"), null);
});

test("planFleet refuses a task with the plan's own name and says so there", async () => {
  const rig = new Rig();
  rig.put(anItem("#plan"), anItem("a"));
  await rig.plan();
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), ["a"]);
  const status = await rig.statusOf("#plan");
  assert.deepEqual(status?.problems, ['Task "#plan": name is taken by the plan itself']);
  assert.equal(status?.status, "warning");
});

test("planFleet renews a standing bundle's expiry once a week", async () => {
  const rig = new Rig(aFleet(aRegion("eu-west-1", { shards: 1 })));
  rig.put(anItem("a"));
  const written: number[] = [];
  for (let hour = 0; hour < 24 * 16; hour++) {
    rig.nowMs = START_MS + hour * 3_600_000;
    await rig.plan();
    if (rig.lines.at(-1)?.bundlesWritten) written.push(Math.floor(hour / 24));
    const hash = (await rig.plansOf("eu-west-1").readManifest())?.shards[0]?.bundle ?? "";
    const expiresAtMs = await rig.plansOf("eu-west-1").readBundleExpiry(hash);
    assert.ok((expiresAtMs ?? 0) >= rig.nowMs + 31 * DAY_MS - 60_000);
  }
  assert.deepEqual(written, [0, 7, 14]);
});

test("planFleet lets a superseded bundle outlive the results that point into it", async () => {
  const rig = new Rig(aFleet(aRegion("eu-west-1", { shards: 1 })));
  rig.put(anItem("a"));
  await rig.plan();
  const hash = (await rig.plansOf("eu-west-1").readManifest())?.shards[0]?.bundle ?? "";
  rig.nowMs += 20 * DAY_MS;
  rig.put(anItem("a", { schedule_seconds: 60 }));
  const supersededAtMs = rig.nowMs;
  await rig.plan();
  const expiresAtMs = await rig.plansOf("eu-west-1").readBundleExpiry(hash);
  assert.ok((expiresAtMs ?? 0) >= supersededAtMs + 31 * DAY_MS);
});

test("planFleet makes no new bundle where only the order of an item's tags differs", async () => {
  const rig = new Rig();
  rig.put(anItem("a", { tags: { env: "prod", team: "core" } }));
  await rig.plan();
  rig.put(anItem("a", { tags: { team: "core", env: "prod" } }));
  await rig.plan();
  assert.equal(rig.lines.at(-1)?.bundlesWritten, 0);
});

test("planFleet tells a retired region to stop, and who names it that nothing checks there", async () => {
  const rig = new Rig();
  const all = rig.fleet;
  rig.put(anItem("everywhere"), anItem("only", { regions: ["us-east-1"] }));
  await rig.plan();
  rig.fleet = { ...aFleet(aRegion("eu-west-1")), retired: ["us-east-1"] };
  await rig.plan();
  const last = await rig.plansOf("us-east-1").readManifest();
  assert.deepEqual([last?.retired, last?.shards], [true, []]);
  assert.deepEqual(Object.keys(await rig.hostsIn("eu-west-1")), ["everywhere"]);
  assert.equal((await rig.plansOf("eu-west-1").readManifest())?.staggerPermille, 0);
  assert.equal(await rig.statusOf("everywhere"), null);
  const { problems } = (await rig.statusOf("only")) ?? {};
  assert.deepEqual(problems, ['Task "only": not supported in us-east-1: the region is retired']);

  rig.nowMs += 60_000;
  await rig.plan();
  const told = await rig.plansOf("us-east-1").readManifest();
  assert.equal(told?.plannedAtMs, last?.plannedAtMs, "it is told once");

  rig.fleet = all;
  await rig.plan();
  const again = await rig.plansOf("us-east-1").readManifest();
  assert.deepEqual([again?.retired, again?.shards.length], [undefined, 2]);
  assert.deepEqual(Object.keys(await rig.hostsIn("us-east-1")), ["everywhere", "only"]);
});

test("planFleet only warns of a retired region that can't be told, since its table may be gone", async () => {
  const rig = new Rig({ ...aFleet(aRegion("eu-west-1")), retired: ["us-east-1"] });
  rig.put(anItem("a"));
  const gone = () => Promise.reject(new Error("no such table"));
  const plansOf = (region: string) =>
    region === "us-east-1" ? { ...rig.plansOf(region), readManifest: gone } : rig.plansOf(region);
  await planFleet(rig.services({ plansOf } as Partial<PlanServices>), { force: false });
  assert.deepEqual(rig.lines.at(-1)?.warnings, [
    "Region us-east-1: no such table; it is retired and may not know: take it out of cdk.json once its stack is destroyed",
  ]);
  assert.equal(rig.lines.at(-1)?.metrics.RegionsFailed, 0);
});
