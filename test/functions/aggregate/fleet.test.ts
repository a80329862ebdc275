import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { lookNow } from "../../../functions/aggregate/look.ts";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { impairedRegions } from "../../../shared/fleet-health/fleet-health.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";
import { readEventSchemas } from "../../shared/event/event-schemas.ts";
import { brokenAt } from "../plan/broken.ts";
import { minute, Rig, type World } from "./rig.ts";

const schemas = readEventSchemas();

/** Tasks of as many targets, four checks a minute. */
function targets(count: number, different: Partial<Task> = {}): Task[] {
  return Array.from({ length: count }, (_, i) =>
    aTask(`t${i}`, { host: `t${i}.example.com:80`, scheduleMs: 15_000, ...different }),
  );
}

async function rigOf(
  tasks: readonly Task[],
  regions: readonly string[] = ["eu", "us", "ap"],
): Promise<Rig> {
  const rig = new Rig(regions);
  await rig.plan(tasks);
  await rig.begin();
  return rig;
}

/** A region's network is broken from one minute to another. */
function brokenIn(region: string, from: number, to: number): World {
  return (_task, at, slotAtMs) =>
    at === region && slotAtMs >= minute(from) && slotAtMs < minute(to) ? "timeout" : 10;
}

/** What was published of the fleet's regions and groups, each event once, in order. */
function fleetEvents({ bus }: Rig): OutgoingEvent[] {
  const types: readonly string[] = [DETAIL_TYPES.regionImpaired, DETAIL_TYPES.groupHealth];
  const own = bus.published.filter(({ detailType }) => types.includes(detailType));
  return [...new Map(own.map((event) => [event.id, event])).values()];
}

function storyOf(rig: Rig): string[] {
  return fleetEvents(rig).map(({ detail }) => {
    const { region, target_id, state, severity } = JSON.parse(JSON.stringify(detail));
    return `${region ?? target_id} ${state} ${severity}`;
  });
}

describe("aggregateWindows and a region whose own network fails", () => {
  it("tells one event, and pages nobody", async () => {
    const rig = await rigOf(targets(10));
    rig.world = brokenIn("us", 2, 6);
    await rig.live(5);
    assert.deepEqual(
      [...impairedRegions((await rig.fleetRecord.readFleet()).record.state)],
      ["us"],
    );
    await rig.live(8);
    assert.deepEqual(storyOf(rig), ["us raised warning", "us cleared ok"]);
    assert.deepEqual(rig.events, []);
    for (const { detailType, detail } of fleetEvents(rig)) {
      const validate = schemas.get(detailType);
      assert.ok(validate?.(JSON.parse(JSON.stringify(detail))), JSON.stringify(validate?.errors));
    }
  });

  it("says how many targets fail, and why", async () => {
    const rig = await rigOf(targets(10));
    rig.world = brokenIn("us", 1, 6);
    await rig.live(4);
    const [event] = fleetEvents(rig);
    const { detail } = JSON.parse(JSON.stringify(event));
    assert.deepEqual(
      [detail.failing_targets, detail.checked_targets, detail.others_failing_percent],
      [10, 10, 0],
    );
    assert.deepEqual(detail.error_kinds, ["timeout"]);
  });

  it("still tells that a target is down, by the regions that vote", async () => {
    const rig = await rigOf(targets(10));
    const broken = brokenIn("us", 2, 9);
    rig.world = (task, region, at) =>
      task.name === "t3" && at >= minute(4) && at < minute(7)
        ? "refused"
        : broken(task, region, at);
    await rig.live(9);
    assert.deepEqual(rig.events, ["t3: OK to CRITICAL", "t3: CRITICAL to OK"]);
  });

  it("closes no incident that others see too when the region is impaired, and opens none when it is well", async () => {
    const rig = await rigOf(targets(10));
    const broken = brokenIn("us", 4, 7);
    rig.world = (task, region, at) => {
      if (task.name !== "t3" || region === "ap") return broken(task, region, at);
      return at >= minute(1) && at < minute(12) ? "refused" : 10;
    };
    await rig.live(15);
    assert.deepEqual(storyOf(rig), ["us raised warning", "us cleared ok"]);
    assert.deepEqual(rig.events.slice(0, 2), ["t3: OK to CRITICAL", "t3: CRITICAL to OK"]);
    const opened = rig.bus.published.find(({ detail }) => Reflect.get(detail, "state") === "OK");
    assert.ok((opened?.time ?? 0) >= minute(12), "it was closed while it was down");
  });

  it("says that it is critical if no other region votes", async () => {
    const rig = await rigOf(targets(10), ["eu"]);
    rig.world = brokenIn("eu", 2, 6);
    await rig.live(12);
    assert.deepEqual(storyOf(rig), ["eu raised critical", "eu cleared ok"]);
    assert.deepEqual(rig.events, []);
  });

  it("names no region in a brown-out that all of them see", async () => {
    const rig = await rigOf(targets(10));
    rig.world = (_task, _region, at) => (at >= minute(2) && at < minute(5) ? "timeout" : 10);
    await rig.live(8);
    assert.deepEqual(storyOf(rig), []);
    assert.equal(rig.events.filter((story) => story.endsWith("OK to CRITICAL")).length, 10);
  });

  it("counts a target once, however many tasks it has", async () => {
    const rig = await rigOf([
      ...targets(4),
      ...targets(4).map((task, i) => ({ ...task, name: `again ${i}` })),
    ]);
    rig.world = brokenIn("us", 1, 4);
    await rig.live(6);
    assert.deepEqual(storyOf(rig), []);
  });

  it("says it of a region that was removed from the fleet", async () => {
    const rig = await rigOf(targets(10));
    rig.world = brokenIn("us", 1, 99);
    await rig.live(4);
    const fleet = { ...rig.fleet, regions: rig.fleet.regions.filter(({ name }) => name !== "us") };
    await rig.probe(["eu", "ap"]);
    rig.nowMs += 60_000;
    await rig.run({ fleet });
    assert.deepEqual(storyOf(rig), ["us raised warning", "us cleared ok"]);
  });

  it("tells the same events after a run that failed", async () => {
    const stories = [];
    for (const isBroken of [false, true]) {
      const rig = await rigOf(targets(10));
      rig.world = brokenIn("us", 1, 5);
      await rig.live(2);
      await rig.probe();
      const fleetRecord = brokenAt(rig.fleetRecord, "putFleet");
      if (isBroken) await assert.rejects(rig.run({ fleetRecord }));
      await rig.run();
      rig.nowMs += 60_000;
      await rig.live(8);
      stories.push(fleetEvents(rig).map(({ id }) => id));
    }
    assert.equal(stories[0]?.length, 2);
    assert.deepEqual(stories[0], stories[1]);
  });

  it("delivers later what the bus refuses, and records it", async () => {
    const rig = await rigOf(targets(10));
    rig.world = brokenIn("us", 1, 3);
    rig.bus.refuses = ({ detailType }) => detailType === DETAIL_TYPES.regionImpaired;
    await rig.live(10);
    assert.deepEqual(storyOf(rig), []);
    rig.bus.refuses = () => false;
    await rig.live(1);
    assert.deepEqual(storyOf(rig), ["us raised warning", "us cleared ok"]);
    const query = { sinceMs: 0, untilMs: rig.nowMs, limit: 9, taskName: null };
    assert.equal((await rig.history.readHistory(query)).events.length, 2);
    const { record } = await rig.fleetRecord.readFleet();
    assert.deepEqual([record.pending, record.unrecorded], [[], []]);
  });
});

describe("lookNow and a region whose own network fails", () => {
  const fast = targets(10, { scheduleMs: 5_000 });
  const hint = { region: "us", shard: 0, atMs: minute(2) + 20_000 };

  /** All targets are down from the third minute on; these regions have stored its first half. */
  async function downIn(regions: readonly string[], heard: readonly string[]): Promise<Rig> {
    const rig = await rigOf(fast, regions);
    rig.world = (_task, _region, at) => (at >= minute(2) ? "timeout" : 10);
    await rig.live(2);
    for (const name of heard) {
      const chunks = await rig.claim(name, rig.nowMs);
      await rig.store(
        name,
        chunks.filter(({ part }) => part < 2),
      );
    }
    return rig;
  }

  it("pages nobody for a region alone, and tells the event at once", async () => {
    const rig = await downIn(["us"], ["us"]);
    await lookNow(rig.services({ now: () => minute(2) + 37_000 }), hint);
    assert.deepEqual(storyOf(rig), ["us raised critical"]);
    assert.deepEqual(rig.events, []);
  });

  it("names no region that is only the first to tell of targets that are down", async () => {
    const rig = await downIn(["eu", "us", "ap"], ["us"]);
    await lookNow(rig.services({ now: () => minute(2) + 25_000 }), hint);
    const { record } = await rig.fleetRecord.readFleet();
    assert.equal(record.state.regions.us?.doubtedSinceMs, minute(2) + 25_000);
    for (const name of ["eu", "ap"]) await rig.store(name, await rig.claim(name, rig.nowMs));
    await lookNow(rig.services({ now: () => minute(2) + 59_000 }), hint);
    assert.deepEqual(storyOf(rig), []);
    assert.deepEqual((await rig.fleetRecord.readFleet()).record.state.regions, {});
    assert.ok(rig.events.includes("t0: OK to CRITICAL"));
  });
});

describe("aggregateWindows and a group", () => {
  it("tells when fewer than the target's min_healthy are healthy, and when enough are again", async () => {
    const rig = await rigOf(targets(3, { targetId: "web" }));
    await rig.settings.putSettings([{ key: "target#web", fields: { min_healthy: 2 } }]);
    rig.world = ({ name }, _region, at) =>
      name !== "t2" && at >= minute(1) && at < minute(4) ? "refused" : 10;
    await rig.live(8);
    assert.deepEqual(storyOf(rig), ["web raised critical", "web cleared ok"]);
    const [raised] = fleetEvents(rig);
    assert.deepEqual(Reflect.get(raised?.detail ?? {}, "healthy"), ["t2.example.com:80"]);
  });
});

describe("aggregateWindows and tasks without data", () => {
  const reasonsOf = ({ bus }: Rig) =>
    bus.published.flatMap(({ detail }) => {
      const { previous_state, state, reason, summary } = JSON.parse(JSON.stringify(detail));
      return previous_state === undefined ? [] : [`${state} ${reason}: ${summary}`];
    });

  it("says NO_DATA and why, which is not down, and is over with the next data", async () => {
    const rig = await rigOf([aTask("a")]);
    rig.world = (_task, _region, at) => (at >= minute(1) && at < minute(4) ? "internal" : 10);
    await rig.live(7);
    assert.deepEqual(rig.events, ["a: OK to NO_DATA", "a: NO_DATA to OK"]);
    const [why] = reasonsOf(rig);
    assert.match(String(why), /^NO_DATA no_data: .*12 checks, none could be counted: internal$/);
    const { records } = await rig.states.readRecords();
    assert.equal(records[0]?.state.incident.number, 0, "an incident was opened");
  });

  it("keeps it apart from an impaired region: that one has data, and does not vote", async () => {
    const rig = await rigOf(targets(10), ["eu", "us"]);
    const broken = brokenIn("us", 1, 99);
    rig.world = (task, region, at) =>
      region === "eu" && at >= minute(3) ? "internal" : broken(task, region, at);
    await rig.live(8);
    assert.deepEqual(storyOf(rig), ["us raised warning"]);
    assert.deepEqual(rig.events, []);
  });
});

describe("aggregateWindows logs each turn of a region's health", () => {
  it("as a warning when it goes down, and as information when it comes up", async () => {
    const rig = await rigOf([aTask("a", { targetId: "web", scheduleMs: 15_000 })]);
    rig.world = brokenIn("us", 1, 3);
    await rig.live(6);
    const { host } = aTask("a");
    const turn = { task_name: "a", target_id: "web", host, probe_region: "us" };
    const [down, up, ...others] = rig.turns;
    assert.deepEqual(others, []);
    const { unhealthy_since, ...rest } = down ?? {};
    assert.deepEqual(rest, { level: "warn", ...turn, health: "unhealthy" });
    assert.match(unhealthy_since ?? "", /^2026-01-05T12:01:/);
    assert.deepEqual(up, { level: "info", ...turn, health: "healthy", unhealthy_since: null });
  });

  it("a hundred times a run, and counts the others", async () => {
    const rig = await rigOf(targets(60));
    rig.world = (_task, _region, at) => (at >= minute(1) ? "refused" : 10);
    await rig.live(3);
    assert.equal(rig.turns.length, 100);
    assert.equal(rig.lines.find(({ turnsNotLogged }) => turnsNotLogged)?.turnsNotLogged, 80);
  });
});
