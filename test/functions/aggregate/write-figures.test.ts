import { strict as assert } from "node:assert";
import { test } from "node:test";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { brokenAt } from "../plan/broken.ts";
import { minute, NOON, Rig } from "./rig.ts";

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
