import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { readMemory } from "../../../../functions/aggregate/judge/judge.ts";
import {
  concludeFleet,
  type FleetLook,
} from "../../../../functions/aggregate/judge/judge-fleet.ts";
import {
  type AlertingSettings,
  NO_ALERTING_SETTINGS,
  type Quieting,
} from "../../../../shared/alerting/operators/operators.ts";
import { INITIAL_STATE, type TaskState } from "../../../../shared/health/health.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import { minute, Rig } from "../rig.ts";

const DOWN: TaskState = {
  ...INITIAL_STATE,
  status: "CRITICAL",
  incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: minute(0) },
};

const SILENT: TaskState = {
  ...INITIAL_STATE,
  status: "NO_DATA",
  silence: { number: 1, openedAtMs: minute(0) },
};

const SLOW: TaskState = {
  ...INITIAL_STATE,
  status: "CRITICAL",
  warning: { number: 1, openedAtMs: minute(0), severity: "critical", rule: "avg_connect_time_ms" },
};

const web = ["a", "b", "c"].map((name) => aTask(name, { host: `${name}:80`, targetId: "web" }));

interface World {
  /** What is planned at each look. */
  readonly tasks?: Task[][];
  readonly regions?: string[];
}

/** Looks once a minute at tasks in these states, and tells what happened to which group. */
async function play(
  looks: readonly Readonly<Record<string, TaskState>>[],
  { tasks = [web], regions = ["eu", "us"], ...set }: Partial<AlertingSettings> & World = {},
): Promise<Record<string, unknown>[]> {
  const rig = new Rig(["eu", "us"]);
  const services = rig.services();
  const settings = { ...NO_ALERTING_SETTINGS, targets: { web: { minHealthy: 2 } }, ...set };
  for (const [i, states] of looks.entries()) {
    const memory = { ...(await readMemory(services)), settings };
    const planned = tasks[i] ?? tasks.at(-1) ?? [];
    const look: FleetLook = {
      window: { fromMs: minute(i), toMs: minute(i + 1) },
      tasks: new Map(),
      plans: new Map(regions.map((region) => [region, planned])),
      stateOf: (name) => states[name] ?? INITIAL_STATE,
    };
    const { state } = memory.fleet.record;
    await concludeFleet(services, memory, {
      verdict: { state, changes: [], sick: new Set() },
      look,
    });
  }
  const { record } = await rig.fleetRecord.readFleet();
  return record.pending.map(({ detail }) => ({ ...detail }));
}

const storyOf = (details: Record<string, unknown>[]) =>
  details.map(({ target_id, state, number, reason }) => [target_id, state, number, reason]);

describe("concludeFleet", () => {
  it("tells that too few targets of a group are healthy, which these are, and when enough are again", async () => {
    const details = await play([{ a: DOWN }, { a: DOWN, b: SILENT }, { a: DOWN, b: SILENT }, {}]);
    assert.deepEqual(storyOf(details), [
      ["web", "raised", 1, "below"],
      ["web", "cleared", 1, "recovered"],
    ]);
    const [raised] = details;
    assert.deepEqual([raised?.healthy, raised?.unhealthy], [["c:80"], ["a:80", "b:80"]]);
    assert.deepEqual([raised?.healthy_count, raised?.total_count, raised?.min_healthy], [1, 3, 2]);
    assert.equal(raised?.since, "2026-01-05T12:02:00.000Z");
  });

  it("takes a target that answers slowly for a healthy one", async () => {
    assert.deepEqual(await play([{ a: SLOW, b: SLOW, c: SLOW }]), []);
  });

  it("judges no group without min_healthy, and no task without a group", async () => {
    const others = [aTask("a", { targetId: "db" }), aTask("b")];
    assert.deepEqual(await play([{ a: DOWN, b: DOWN }], { tasks: [others] }), []);
  });

  it("judges no group while the plan of a region is not known", async () => {
    assert.deepEqual(await play([{ a: DOWN, b: DOWN }], { regions: ["eu"] }), []);
  });

  it("holds a group's alerts in a maintenance or silence of its target or the fleet, until it ends", async () => {
    const states = Array.from({ length: 5 }, () => ({ a: DOWN, b: DOWN }));
    const about = { id: "m", reason: "move", by: "ops", createdAtMs: null };
    const span = { fromMs: minute(0), untilMs: minute(4) };
    const scope = { kind: "target", id: "web" } as const;
    const maintenance = { ...about, scope, schedule: { kind: "once", ...span } as const };
    const silence: Quieting = {
      ...{ ...about, ...span, createdAtMs: minute(0) },
      ...{ kind: "silence", scope: { kind: "fleet" } },
    };
    const other = { ...maintenance, scope: { kind: "task", name: "a" } as const };
    const sinceWith = async (set: Partial<AlertingSettings>) =>
      (await play(states, set)).map(({ since }) => since);
    assert.deepEqual(await sinceWith({ maintenances: [maintenance] }), [
      "2026-01-05T12:04:00.000Z",
    ]);
    assert.deepEqual(await sinceWith({ quietings: [silence] }), ["2026-01-05T12:04:00.000Z"]);
    assert.deepEqual(await sinceWith({ maintenances: [other] }), ["2026-01-05T12:01:00.000Z"]);
  });

  it("clears a group whose tasks are removed", async () => {
    const states = { a: DOWN, b: DOWN };
    assert.deepEqual(storyOf(await play([states, states], { tasks: [web, []] })), [
      ["web", "raised", 1, "below"],
      ["web", "cleared", 1, "no_longer_judged"],
    ]);
  });
});
