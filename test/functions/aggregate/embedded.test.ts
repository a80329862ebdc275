import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { openHomeStores, openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, type RegionName } from "../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";
import { aTask } from "../../fakes/results.ts";
import { minute, Rig } from "./rig.ts";

const REGIONS = ["eu-west-1", "us-east-1"];
const TASKS = [aTask("a"), aTask("b", { scheduleMs: 90_000 }), aTask("c", { expect: "closed" })];

let embedded: Embedded;
before(async () => {
  embedded = await startEmbedded();
});
after(() => embedded.close());

function openRegion(region: RegionName, now: () => EpochMs) {
  const { client } = embedded;
  return openRegionStores({ client, fleet: "test", region, keepMs: 30 * DAY_MS, now });
}

async function play(rig: Rig, home: Parameters<Rig["run"]>[0]): Promise<void> {
  rig.world = ({ name }, region, at) => {
    if (name === "a" && at >= minute(1) && at < minute(3)) return "refused";
    return name === "b" && region === "us-east-1" ? "timeout" : 12.5;
  };
  await rig.plan(TASKS);
  rig.nowMs = minute(-1);
  await rig.run(home);
  for (rig.nowMs = minute(0); rig.nowMs < minute(6); rig.nowMs += MINUTE_MS) {
    await rig.probe();
    await rig.run(home);
  }
}

test("aggregateWindows does on DynamoDB what it does in memory", async () => {
  const expected = new Rig(REGIONS);
  await play(expected, {});
  const rig = new Rig(REGIONS, 1, openRegion);
  const now = () => rig.nowMs;
  const home = openHomeStores({
    client: embedded.client,
    fleet: "test",
    keepMs: 400 * DAY_MS,
    now,
  });
  const { summaries, lock, progress, states, history } = home;
  await play(rig, { summaries, lock, progress, states, history });
  assert.ok(expected.events.length > 2);
  assert.deepEqual(rig.bus.published, expected.bus.published);
  for (const { name } of TASKS) {
    const all = { sinceMs: 0, untilMs: minute(9), limit: 99 };
    const stored = await summaries.readLatest(name, all);
    assert.deepEqual(stored, await expected.summaries.readLatest(name, all));
  }
  const all = { sinceMs: 0, untilMs: minute(9), limit: 99, taskName: null };
  assert.deepEqual(await history.readHistory(all), await expected.history.readHistory(all));
  assert.deepEqual(await progress.readProgress(), await expected.progress.readProgress());
});
