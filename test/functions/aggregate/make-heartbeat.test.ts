import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import type { TaskMemory } from "../../../functions/aggregate/judge/judge.ts";
import { makeHeartbeat } from "../../../functions/aggregate/make-heartbeat.ts";
import {
  type FleetView,
  readRegions,
  readWindow,
  summariseWindow,
  windowFrom,
} from "../../../functions/aggregate/window/window.ts";
import { NO_ALERTING_SETTINGS } from "../../../shared/alerting/operators/operators.ts";
import { INITIAL_FLEET } from "../../../shared/fleet-health/fleet-health.ts";
import { INITIAL_STATE, type TaskStatus } from "../../../shared/health/health.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";
import { minute, NOON, Rig } from "./rig.ts";

const NO_MEMORY: TaskMemory = {
  records: new Map(),
  extent: { isWhole: true },
  unquiet: { list: { version: 0, window: null, taskNames: null } },
  damaged: new Set(),
  setAside: new Map(),
  faults: new Set<string>(),
  fleet: { record: { version: 0, state: INITIAL_FLEET, pending: [], unrecorded: [] } },
  settings: NO_ALERTING_SETTINGS,
  turns: { count: 0 },
};

function memoryOf(statuses: Readonly<Record<string, TaskStatus>>): TaskMemory {
  const records = Object.entries(statuses).map(([name, status]) => {
    const task = { name, host: "192.0.2.1:22", targetId: null, tags: {} };
    const state = { ...INITIAL_STATE, status };
    return [
      name,
      { task, version: 1, state, pending: [], unrecorded: [], goneSinceMs: null },
    ] as const;
  });
  return { ...NO_MEMORY, records: new Map(records) };
}

/** The heartbeat of a fleet's first window, with the fleet as `change` leaves it. */
async function heartbeatOf(
  rig: Rig,
  change: (fleet: FleetView) => FleetView = (fleet) => fleet,
  memory = NO_MEMORY,
) {
  const services = rig.services();
  const fleet = change(await readRegions(services));
  const reading = await readWindow(services, fleet, windowFrom(NOON));
  const closed = { reading, tasks: summariseWindow(reading), isWritten: true };
  const { event, missing } = makeHeartbeat(services, { fleet, memory }, closed);
  const detail = event.detail as Readonly<Record<string, unknown>> & {
    readonly regions: readonly Record<string, unknown>[];
  };
  return { detail, missing };
}

async function rigWith(shards = 1, ...names: readonly string[]): Promise<Rig> {
  const rig = new Rig(["eu", "us"], shards);
  await rig.plan(names.map((name) => aTask(name)));
  return rig;
}

/** Every lease as if it had claimed until then. */
function claimedTo(claimedToMs: number) {
  return ({ regions, unreadable }: FleetView): FleetView => ({
    unreadable,
    regions: regions.map((region) => ({
      ...region,
      shards: region.shards.map((shard) => ({
        ...shard,
        lease: shard.lease && { ...shard.lease, claimedToMs },
      })),
    })),
  });
}

describe("makeHeartbeat", () => {
  it("adds up every figure of a region's tasks", async () => {
    const rig = await rigWith(1, "a", "b", "c");
    rig.world = ({ name }, region) => {
      if (region === "us") return name === "a" ? null : 10;
      return name === "a" ? "refused" : name === "b" ? "internal" : 10;
    };
    await rig.probe();
    const { detail, missing } = await heartbeatOf(rig);
    assert.deepEqual(detail.regions, [
      {
        region: "eu",
        complete: true,
        expected: 12,
        missed: 0,
        uncounted: 4,
        sample_count: 8,
        failed_connections: 4,
      },
      {
        region: "us",
        complete: true,
        expected: 12,
        missed: 4,
        uncounted: 0,
        sample_count: 8,
        failed_connections: 0,
      },
    ]);
    assert.deepEqual(missing, []);
  });

  const CLAIMS: readonly (readonly [claimedToMs: number, complete: boolean])[] = [
    [minute(1) - 1, false],
    [minute(1), true],
  ];
  for (const [claimedToMs, complete] of CLAIMS) {
    it(`calls a region ${complete ? "complete" : "incomplete"} that claimed until ${claimedToMs - minute(1)} ms from the end`, async () => {
      const rig = await rigWith(1, "a");
      await rig.probe();
      const { detail } = await heartbeatOf(rig, claimedTo(claimedToMs));
      assert.deepEqual(
        detail.regions.map((region) => region.complete),
        [complete, complete],
      );
    });
  }

  it("calls a region complete whose only silent shard has no task", async () => {
    const rig = await rigWith(2, "a");
    await rig.probe();
    const withSilentShard =
      (planned: ReadonlyMap<string, Task> | null) =>
      ({ regions, unreadable }: FleetView): FleetView => ({
        unreadable,
        regions: regions.map((region) => ({
          ...region,
          shards: [...region.shards, { shard: 2, lease: null, planned }],
        })),
      });
    const completeWith = async (planned: ReadonlyMap<string, Task> | null) => {
      const { detail } = await heartbeatOf(rig, withSilentShard(planned));
      return detail.regions.every((region) => region.complete === true);
    };
    assert.equal(await completeWith(new Map()), true);
    assert.equal(await completeWith(new Map([["b", aTask("b")]])), false);
    assert.equal(await completeWith(null), false, "it may have tasks");
  });

  it("counts the window's tasks by state, OK if nothing is stored, and no other task", async () => {
    const rig = await rigWith(1, "a", "b", "c", "d", "e", "f", "g");
    await rig.probe();
    const memory = memoryOf({
      ...{ a: "CRITICAL", b: "CRITICAL", c: "CRITICAL", d: "WARNING", e: "WARNING", f: "NO_DATA" },
      gone: "CRITICAL",
    });
    const { detail } = await heartbeatOf(rig, undefined, memory);
    assert.deepEqual(detail.tasks_by_state, { OK: 1, WARNING: 2, CRITICAL: 3, NO_DATA: 1 });
    assert.equal(detail.task_count, 7);
  });

  it("is of the fleet, its home region and the window", async () => {
    const rig = await rigWith(1, "a");
    await rig.probe(["us"]);
    const { detail } = await heartbeatOf(rig);
    assert.deepEqual([detail.fleet, detail.home_region], ["test", "eu"]);
    assert.deepEqual(detail.window, {
      start: "2026-01-05T12:00:00.000Z",
      end: "2026-01-05T12:01:00.000Z",
    });
    assert.equal(detail.regions_reporting, 1);
  });

  it("misses a region that reported nothing although checks were due", async () => {
    const rig = await rigWith(1, "a");
    await rig.probe(["eu"]);
    await rig.claim("us", NOON);
    assert.deepEqual((await heartbeatOf(rig)).missing, ["us"]);
  });

  it("misses no region that made uncounted checks only, or in which nothing was due", async () => {
    const rig = await rigWith(1, "a");
    rig.world = () => "internal";
    await rig.probe(["eu"]);
    const { detail, missing } = await heartbeatOf(rig);
    assert.deepEqual(missing, []);
    assert.deepEqual(
      detail.regions.map(({ complete, expected }) => [complete, expected]),
      [
        [true, 4],
        [false, 0],
      ],
    );
  });

  it("misses a region that could not be read, and calls it incomplete", async () => {
    const rig = await rigWith(1, "a");
    await rig.probe();
    const { detail, missing } = await heartbeatOf(rig, ({ regions }) => ({
      regions: regions.filter(({ name }) => name === "eu"),
      unreadable: [{ region: "us", reason: "Error" }],
    }));
    assert.deepEqual(missing, ["us"]);
    assert.deepEqual(
      detail.regions.map(({ complete }) => complete),
      [true, false],
    );
  });
});
