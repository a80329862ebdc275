import { strict as assert } from "node:assert";
import { test } from "node:test";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { brokenAt } from "../plan/broken.ts";
import { hooked, minute, NOON, Rig } from "./rig.ts";

async function boardAt(rig: Rig, startMs: number) {
  const [board] = await rig.boards.readBoards({ fromMs: startMs, toMs: startMs + MINUTE_MS });
  return board?.rows;
}

test("aggregateWindows writes a board of each minute", async () => {
  const rig = new Rig();
  await rig.plan([aTask("up"), aTask("down"), aTask("slow", { scheduleMs: 10 * MINUTE_MS })]);
  await rig.begin();
  rig.world = ({ name }, region) => (name === "down" && region === "us" ? "refused" : 12.345);
  await rig.live(11);
  const boards = await rig.boards.readBoards({ fromMs: NOON, toMs: minute(10) });
  assert.equal(boards.length, 10);
  const slow = boards.flatMap(({ rows }) => rows.get("slow") ?? []);
  assert.ok(slow.length >= 1 && slow.length <= 2, "it has a row in the minutes it was due");
  for (const { rows } of boards) {
    const { regions, ...up } = rows.get("up") ?? assert.fail();
    assert.deepEqual(regions, { eu: "ok", us: "ok" });
    assert.deepEqual(rows.get("down")?.regions, { eu: "ok", us: "failed" });
    assert.deepEqual([up.failedCount, up.missedCount, up.avgConnectTimeMs], [0, 0, 12.3]);
  }
});

test("aggregateWindows writes a board anew if late results change its minute", async () => {
  const rig = new Rig();
  await rig.plan([aTask("a"), aTask("goes", { regions: ["eu"] })]);
  await rig.begin();
  await rig.probe(["eu"]);
  const late = await rig.claim("us", NOON);
  rig.nowMs = minute(2);
  await rig.run();
  assert.deepEqual((await boardAt(rig, NOON))?.get("a")?.regions, { eu: "ok", us: "none" });
  await rig.store("us", late);
  const eu = rig.region("eu");
  const broken = { ...eu, leases: brokenAt(eu.leases, "readLease") };
  await rig.run({ regions: new Map([...rig.regions, ["eu", broken]]) });
  const told = (await boardAt(rig, NOON))?.get("a")?.regions;
  assert.deepEqual(told, { eu: "ok", us: "none" }, "what knows less replaces nothing");
  assert.ok((await boardAt(rig, NOON))?.has("goes"), "a task of the unread region stays");
  await rig.run();
  assert.deepEqual((await boardAt(rig, NOON))?.get("a")?.regions, { eu: "ok", us: "ok" });
});

test("aggregateWindows tells that a board can't be stored, and does everything else", async () => {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.probe();
  rig.nowMs = minute(1);
  rig.world = () => "refused";
  await rig.run({ boards: brokenAt(rig.boards, "putBoard") });
  assert.deepEqual(rig.lines.at(-1)?.faults, [
    "The board of 2026-01-05T12:00:00.000Z can't be stored: Error: putBoard is broken",
  ]);
  assert.ok(rig.summaryOf("a", NOON));
  assert.equal((await rig.progress.readProgress())?.watermarkMs, minute(1));
});

/** The store, of which a method finds no room in its table. */
function busyAt<Store extends object>(store: Store, method: keyof Store & string): Store {
  return hooked(store, method, () => {
    throw Object.assign(new Error("no room"), { name: "ProvisionedThroughputExceededException" });
  });
}

async function rigWithAlert(): Promise<Rig> {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  rig.world = () => "refused";
  await rig.probe();
  rig.nowMs = minute(1);
  return rig;
}

test("aggregateWindows delivers an event while the summaries are still being written", async () => {
  const rig = await rigWithAlert();
  const delivered = Promise.withResolvers<void>();
  const bus = hooked(rig.bus, "publish", () => delivered.resolve());
  const slow = {
    ...rig.summaries,
    putSummaries: async (...args: Parameters<typeof rig.summaries.putSummaries>) => {
      await delivered.promise;
      return rig.summaries.putSummaries(...args);
    },
  };
  const summaries = Object.setPrototypeOf(slow, rig.summaries);
  await rig.run({ bus, summaries });
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
  assert.ok(rig.summaryOf("a", NOON));
});

for (const [store, method] of [
  ["summaries", "putSummaries"],
  ["boards", "putBoard"],
] as const)
  test(`aggregateWindows leaves what a busy table refuses to the next run: ${method}`, async () => {
    const rig = await rigWithAlert();
    await rig.run({ [store]: busyAt<object>(rig[store], method as never) });
    assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
    const progress = await rig.progress.readProgress();
    assert.equal(progress?.watermarkMs, minute(1), "no later window waits for it");
    assert.deepEqual(
      progress?.openWindows.map(({ startMs }) => startMs),
      [NOON],
    );
    assert.deepEqual(rig.lines.at(-1)?.faults, [
      "The summaries of 2026-01-05T12:00:00.000Z wait: their table takes no more for now",
    ]);
    await rig.run({ summaries: busyAt<object>(rig.summaries, "readSummaries" as never) } as never);
    assert.equal((await rig.progress.readProgress())?.openWindows.length, 1, "it waits again");
    await rig.run();
    assert.equal(rig.summaryOf("a", NOON)?.rev, 1);
    assert.ok((await boardAt(rig, NOON))?.has("a"));
    assert.deepEqual((await rig.progress.readProgress())?.openWindows, []);
    assert.deepEqual(rig.events, ["a: OK to CRITICAL"], "nothing is told twice");
  });

test("aggregateWindows writes each minute of hours without home, though their table was full when it came back", async () => {
  const rig = new Rig();
  const minutes = 100;
  await rig.plan([aTask("a")]);
  await rig.begin();
  for (let i = 0; i < minutes; i++) {
    rig.nowMs = minute(i);
    await rig.probe();
  }
  rig.nowMs = minute(minutes);
  await rig.run({ summaries: busyAt<object>(rig.summaries, "putSummaries" as never) } as never);
  const open = (await rig.progress.readProgress())?.openWindows ?? [];
  assert.equal(open.length, minutes, "all are judged, and none is written");
  const eu = rig.region("eu");
  const broken = { ...eu, leases: brokenAt(eu.leases, "readLease") };
  await rig.run({ regions: new Map([...rig.regions, ["eu", broken]]) });
  assert.ok(rig.summaryOf("a", NOON), "one unreadable region holds none back");
  await rig.run();
  for (let i = 0; i < minutes; i++) assert.ok(rig.summaryOf("a", minute(i)), `minute ${i}`);
  assert.deepEqual((await rig.progress.readProgress())?.openWindows, []);
});
