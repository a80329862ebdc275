import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { shardOf } from "../../../shared/plan/plan.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { FakeChunkStore, FakeLeaseStore, FakePlanStore } from "../../fakes/stores.ts";
import { brokenAt } from "../plan/broken.ts";
import { minute, Rig } from "./rig.ts";

/** Of a region whose second shard has no schedule yet. */
class HalfDeployed extends FakeLeaseStore {
  hasBoth = false;
  override async moveLease(...[shard, held, next]: Parameters<FakeLeaseStore["moveLease"]>) {
    return shard === 0 || this.hasBoth ? super.moveLease(shard, held, next) : ("lost" as const);
  }
}

async function rigOf(...regions: readonly string[]): Promise<Rig> {
  const rig = new Rig(regions);
  await rig.plan([aTask("a")]);
  await rig.begin();
  return rig;
}

function told({ bus }: Rig): OutgoingEvent[] {
  return bus.published.filter(({ detailType }) => detailType === DETAIL_TYPES.fleetTrouble);
}

/** The minute after noon at whose end each change is judged, e.g. `us region_missing raised 5`. */
function storyOf(rig: Rig): string[] {
  return told(rig).map(({ time, detail }) => {
    const { region, trouble, state } = JSON.parse(JSON.stringify(detail));
    return `${region ?? "home"} ${trouble} ${state} ${(time - minute(0)) / MINUTE_MS}`;
  });
}

/** Lets minutes pass in which home plans and does not judge. */
async function liveUnjudged(rig: Rig, minutes: number): Promise<void> {
  for (let i = 0; i < minutes; i++) {
    await rig.plan([aTask("a")]);
    await rig.probe();
    rig.nowMs += MINUTE_MS;
  }
}

describe("aggregateWindows and a fleet that is in trouble", () => {
  it("tells once that a region is missing, and once that it is back, however often a run dies", async () => {
    const rig = await rigOf("eu", "us");
    await rig.live(2);
    await rig.live(2, ["eu"]);
    for (const broken of ["putFleet", "readFleet"] as const) {
      await rig.probe(["eu"]);
      await rig.run({ fleetRecord: brokenAt(rig.fleetRecord, broken) }).catch(() => undefined);
      await rig.run({ progress: brokenAt(rig.progress, "markJudged") }).catch(() => undefined);
      await rig.run();
      rig.nowMs += MINUTE_MS;
    }
    await rig.live(3, ["eu"]);
    await rig.plan([aTask("a")]);
    await rig.live(8);
    assert.deepEqual(storyOf(rig), ["us region_missing raised 5", "us region_missing cleared 11"]);
    assert.equal(rig.events.length, 0, "a task was told of");
  });

  it("keeps what the bus refuses until it is told, in the history too", async () => {
    const rig = await rigOf("eu", "us");
    await rig.live(2);
    rig.bus.refuses = ({ detailType }) => detailType === DETAIL_TYPES.fleetTrouble;
    await rig.live(5, ["eu"]);
    assert.deepEqual(storyOf(rig), []);
    rig.bus.refuses = () => false;
    await rig.live(1, ["eu"]);
    assert.deepEqual(storyOf(rig), ["us region_missing raised 5"]);
    const query = { sinceMs: 0, untilMs: rig.nowMs, limit: 9, taskName: null };
    assert.equal((await rig.history.readHistory(query)).events.length, 1);
  });

  it("tells of a region that loses every other minute, which is never silent for long", async () => {
    const rig = await rigOf("eu", "us");
    await rig.live(2);
    for (let i = 0; i < 3; i++) {
      await rig.live(1, ["eu"]);
      await rig.live(1);
    }
    assert.deepEqual(
      storyOf(rig).map((story) => story.replace(/ \d+$/, "")),
      ["us minutes_lost raised"],
    );
  });

  it("calls a retired region neither missing nor late, and ends what was told of it", async () => {
    const rig = await rigOf("eu", "us");
    await rig.live(2);
    await rig.live(4, ["eu"]);
    const regions = rig.fleet.regions.filter(({ name }) => name !== "us");
    const fleet = { ...rig.fleet, regions, retired: ["us"] };
    for (let i = 0; i < 5; i++) {
      await rig.probe(["eu"]);
      await rig.run({ fleet });
      rig.nowMs += MINUTE_MS;
    }
    assert.deepEqual(storyOf(rig), ["us region_missing raised 5", "us region_missing cleared 6"]);
  });

  it("tells of a shard that has tasks and never runs, while others of its region do", async () => {
    const leases = new HalfDeployed();
    const rig = new Rig(["eu"], 2, (_name, now) => ({
      ...{ plans: new FakePlanStore(now), chunks: new FakeChunkStore(), leases },
    }));
    await rig.plan([..."abcdefgh"].map((name) => aTask(name)));
    await rig.begin();
    await rig.live(5);
    leases.hasBoth = true;
    await rig.live(4);
    assert.deepEqual(storyOf(rig), ["eu shard_missing raised 3", "eu shard_missing cleared 5"]);
  });

  it("tells nothing of a shard that has no task", async () => {
    const leases = new HalfDeployed();
    const rig = new Rig(["eu"], 2, (_name, now) => ({
      ...{ plans: new FakePlanStore(now), chunks: new FakeChunkStore(), leases },
    }));
    await rig.plan([aTask([..."abcdefgh"].find((name) => shardOf(name, 2) === 0) ?? "")]);
    await rig.begin();
    await rig.live(6);
    assert.deepEqual(storyOf(rig), []);
  });

  it("tells of plans that are not renewed, in each region", async () => {
    const rig = await rigOf("eu", "us");
    await rig.live(14);
    assert.deepEqual(storyOf(rig), ["eu plan_stale raised 13", "us plan_stale raised 13"]);
    await rig.plan([aTask("a")]);
    await rig.live(1);
    assert.deepEqual(storyOf(rig).slice(2), [
      "eu plan_stale cleared 14",
      "us plan_stale cleared 14",
    ]);
  });

  it("tells of a dead man who is not reached in ten runs, and forgets one that is taken away", async () => {
    const rig = await rigOf("eu");
    let code: string | null = "HTTP_404";
    const deadMan = { tell: async () => code };
    const live = async (minutes: number, different: object = { deadMan }) => {
      for (let i = 0; i < minutes; i++) {
        await rig.plan([aTask("a")]);
        await rig.probe();
        await rig.run(different);
        rig.nowMs += MINUTE_MS;
      }
    };
    await live(11);
    assert.deepEqual(storyOf(rig), []);
    await live(1);
    code = null;
    await live(2);
    code = "NO_ANSWER";
    await live(11);
    await live(1, {});
    const [first, ...more] = storyOf(rig).map((story) => story.split(" "));
    assert.deepEqual(first?.slice(0, 3), ["home", "dead_man", "raised"]);
    assert.deepEqual(
      more.map(([, kind, state]) => `${kind} ${state}`),
      ["dead_man cleared", "dead_man raised", "dead_man cleared"],
    );
  });

  it("counts a run that catches up as one delay, and tells of one that stays behind", async () => {
    const rig = await rigOf("eu");
    await rig.live(2);
    await liveUnjudged(rig, 12);
    await rig.live(3);
    assert.deepEqual(storyOf(rig), []);
    for (let i = 0; i < 3; i++) {
      await liveUnjudged(rig, 8);
      await rig.run();
    }
    const kinds = storyOf(rig).map((story) => story.replace(/ \d+$/, ""));
    assert.deepEqual(kinds, ["home minutes_lost raised", "home aggregator_behind raised"]);
  });
});
