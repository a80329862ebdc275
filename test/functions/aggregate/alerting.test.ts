import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  type Maintenance,
  maintenanceEntry,
  type Quieting,
  quietingEntry,
} from "../../../shared/alerting/operators/operators.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { readEventSchemas } from "../../shared/event/event-schemas.ts";
import { hooked, minute, NOON, Rig, type World } from "./rig.ts";

const schemas = readEventSchemas();

function targets(count: number, different: Partial<Task> = {}): Task[] {
  return Array.from({ length: count }, (_, i) =>
    aTask(`t${i}`, { host: `t${i}.example.com:80`, scheduleMs: 15_000, ...different }),
  );
}

async function rigOf(tasks: readonly Task[]): Promise<Rig> {
  const rig = new Rig();
  await rig.plan(tasks);
  await rig.begin();
  return rig;
}

/** The named tasks, or all, refuse from one minute to another. */
function downFrom(from: number, to: number, ...names: readonly string[]): World {
  return (task, _region, slotAtMs) => {
    const isMeant = names.length === 0 || names.includes(task.name);
    return isMeant && slotAtMs >= minute(from) && slotAtMs < minute(to) ? "refused" : 10;
  };
}

/** What was published but heartbeats, each event once: of whom, what, and why it is held. */
function toldBy({ bus }: Rig): string[] {
  const byId = new Map(bus.published.map((event) => [event.id, event]));
  return [...byId.values()].flatMap(({ detailType, detail }) => {
    const validate = schemas.get(detailType);
    assert.ok(validate?.(detail), `${detailType}: ${JSON.stringify(validate?.errors)}`);
    const fields = JSON.parse(JSON.stringify(detail));
    if (detailType === "Probe Fleet Heartbeat" || fields.advisory !== undefined) return [];
    const { task_name, notice, state, suppressed_by, phase, kind } = fields;
    if (phase !== undefined) return `storm ${phase}`;
    if (kind !== undefined) return `${kind} told`;
    const hold = suppressed_by === undefined ? "" : ` (${suppressed_by})`;
    return `${task_name} ${notice ?? ""}${notice ? " " : ""}${state}${hold}`;
  });
}

function maintenance(fromMs: EpochMs, untilMs: EpochMs): Maintenance {
  const said = { id: "m1", reason: "new kernel", by: "ann", createdAtMs: NOON } as const;
  return { ...said, scope: { kind: "fleet" }, schedule: { kind: "once", fromMs, untilMs } };
}

const SILENCE: Quieting = {
  id: "s1",
  kind: "silence",
  scope: { kind: "task", name: "t0" },
  by: "ann",
  reason: "known",
  createdAtMs: NOON,
  fromMs: NOON,
  untilMs: minute(6),
};

describe("aggregateWindows in a maintenance", () => {
  it("holds what opens, remembers it, and tells of it when the maintenance is over", async () => {
    const rig = await rigOf(targets(1));
    await rig.settings.putSettings([maintenanceEntry(maintenance(minute(1), minute(6)))]);
    rig.world = downFrom(2, 8);
    await rig.live(6);
    assert.deepEqual(toldBy(rig), ["t0 CRITICAL (maintenance)"]);
    const { records } = await rig.states.readRecords();
    assert.equal(records[0]?.alerting?.held?.by, "maintenance");
    await rig.live(6);
    assert.deepEqual(toldBy(rig), ["t0 CRITICAL (maintenance)", "t0 released CRITICAL", "t0 OK"]);
  });

  it("tells nobody of what opens and closes inside", async () => {
    const rig = await rigOf(targets(1));
    await rig.settings.putSettings([maintenanceEntry(maintenance(minute(1), minute(9)))]);
    rig.world = downFrom(2, 5);
    await rig.live(11);
    assert.deepEqual(toldBy(rig), ["t0 CRITICAL (maintenance)", "t0 OK (maintenance)"]);
    const { records } = await rig.states.readRecords();
    assert.deepEqual(records[0]?.alerting, {});
  });
});

describe("aggregateWindows and a silence", () => {
  it("tells of the silence once, and of what outlasts it", async () => {
    const rig = await rigOf(targets(1));
    await rig.settings.putSettings([quietingEntry(SILENCE)]);
    rig.world = downFrom(2, 20);
    await rig.live(8);
    assert.deepEqual(toldBy(rig), [
      "silence told",
      "t0 CRITICAL (silence)",
      "t0 released CRITICAL",
    ]);
  });
});

describe("aggregateWindows and dependencies", () => {
  it("holds a child while its parent is down, and names it on the parent's event", async () => {
    const [parent, child] = targets(2);
    assert.ok(parent && child);
    const dependsOn = [{ kind: "task", name: parent.name }] as const;
    const rig = await rigOf([parent, { ...child, alert: { dependsOn } }]);
    rig.world = downFrom(2, 6);
    await rig.live(12);
    assert.deepEqual(
      toldBy(rig).sort(),
      ["t0 CRITICAL", "t0 OK", "t1 CRITICAL (dependency)", "t1 OK (dependency)"].sort(),
    );
    const details = rig.bus.published.map(({ detail }) => JSON.parse(JSON.stringify(detail)));
    const named = details.filter(({ held_tasks }) => held_tasks !== undefined);
    assert.ok(named.length > 0);
    for (const { task_name, held_count, held_tasks } of named) {
      assert.deepEqual([task_name, held_count, held_tasks], ["t0", 1, ["t1"]]);
    }
  });
});

describe("aggregateWindows in a storm", () => {
  const held = (state: string) => targets(12).map(({ name }) => `${name} ${state} (storm)`);

  it("tells one event of all tasks, and one when it is over", async () => {
    const rig = await rigOf(targets(12));
    rig.world = downFrom(2, 5);
    await rig.live(10);
    const told = toldBy(rig);
    assert.deepEqual(
      told.toSorted(),
      ["storm opened", "storm closed", ...held("CRITICAL"), ...held("OK")].sort(),
    );
    assert.equal(told[0], "storm opened");
    const { record } = await rig.fleetRecord.readFleet();
    assert.deepEqual(record.alerting?.storms, { count: 1, open: [] });
  });

  it("tells the same if the run is killed when some of its tasks are stored", async () => {
    const rig = await rigOf(targets(12));
    rig.world = downFrom(2, 5);
    await rig.live(3);
    await rig.probe();
    let writes = 0;
    const states = hooked(rig.states, "putRecord", () => {
      if (++writes > 5) throw new Error("killed");
    });
    await assert.rejects(rig.run({ states }), /killed/);
    rig.nowMs = minute(4);
    await rig.live(7);
    assert.deepEqual(
      toldBy(rig).sort(),
      ["storm opened", "storm closed", ...held("CRITICAL"), ...held("OK")].sort(),
    );
  });

  it("holds nothing if its notice can't be stored", async () => {
    const rig = await rigOf(targets(12));
    rig.world = downFrom(2, 20);
    rig.fleetRecord.refuses = ({ pending }) =>
      pending.some(({ detailType }) => detailType === "TCP Probe Storm");
    await rig.live(5);
    assert.deepEqual(
      toldBy(rig).sort(),
      targets(12)
        .map(({ name }) => `${name} CRITICAL`)
        .sort(),
    );
  });
});
