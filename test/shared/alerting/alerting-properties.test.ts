import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { TaskNotice, ToldLook, ToldTransition } from "../../../shared/alerting/alerting.ts";
import {
  type AlertingSettings,
  type Maintenance,
  maintenanceAt,
  type Quieting,
  quietingAt,
} from "../../../shared/alerting/operators/operators.ts";
import { type Dependency, settingsOf } from "../../../shared/alerting/settings/settings.ts";
import type { TaskStatus } from "../../../shared/health/health.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { at, linesOf, TestFleet, type TestTask, type Truth } from "./looks.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
const TARGETS = ["x", "y"] as const;
const LOOK_SECONDS = 30;
const LOOKS = 24;

const anyName = fc.constantFrom(...NAMES);
const anyTruth = fc.constantFrom<Truth>("up", "up", "failing", "down", "down", "W", "C", "silent");

const anyScope = fc.oneof(
  anyName.map((name) => ({ kind: "task" as const, name })),
  fc.constantFrom(...TARGETS).map((id) => ({ kind: "target" as const, id })),
  fc.constant({ kind: "fleet" as const }),
);

const anyDependency: fc.Arbitrary<Dependency> = fc.oneof(
  anyName.map((name) => ({ kind: "task" as const, name })),
  fc.constantFrom(...TARGETS).map((id) => ({ kind: "target" as const, id })),
);

const anyTask: fc.Arbitrary<TestTask> = fc.record({
  targetId: fc.constantFrom("x", "y", "z"),
  alert: fc.record({
    dependsOn: fc.array(anyDependency, { maxLength: 2 }),
    reminderMs: fc.constantFrom(null, 2 * MINUTE_MS),
    escalation: fc.constantFrom(null, { afterMs: 2 * MINUTE_MS }),
  }),
});

/** From a second to a later one; all are over before the last looks. */
const anySpan = fc
  .tuple(fc.nat(LOOKS * LOOK_SECONDS), fc.nat(300))
  .map(([from, length]) => ({ fromMs: at(from), untilMs: at(from + length + 1) }));

const anyMaintenance = fc.tuple(anyScope, anySpan).map(
  ([scope, span]): Maintenance => ({
    id: "m",
    scope,
    schedule: { kind: "once", ...span },
    reason: "r",
    by: null,
    createdAtMs: null,
  }),
);

function anyQuieting(...kinds: readonly Quieting["kind"][]): fc.Arbitrary<Quieting> {
  return fc
    .tuple(fc.uuid(), fc.constantFrom(...kinds), anyScope, anySpan)
    .map(([id, kind, scope, span]) => ({
      ...{ id, kind, scope, ...span },
      by: "ann",
      reason: "r",
      createdAtMs: span.fromMs,
    }));
}

interface World {
  readonly tasks: Readonly<Record<string, TestTask>>;
  readonly settings: Partial<AlertingSettings>;
  /** What turns in each look. */
  readonly looks: readonly Readonly<Record<string, Truth>>[];
}

function anyWorld(...kinds: readonly Quieting["kind"][]): fc.Arbitrary<World> {
  const turns = fc.dictionary(anyName, anyTruth, { maxKeys: NAMES.length, noNullPrototype: true });
  const quiet = fc.oneof(fc.constant({}), turns);
  return fc.record({
    tasks: fc
      .tuple(...NAMES.map(() => anyTask))
      .map((tasks) => Object.fromEntries(NAMES.map((name, i) => [name, tasks[i] ?? {}]))),
    settings: fc.record({
      maintenances: fc.array(anyMaintenance, { maxLength: 3 }),
      quietings:
        kinds.length === 0 ? fc.constant([]) : fc.array(anyQuieting(...kinds), { maxLength: 3 }),
      fleet: fc.constantFrom({ stormTasks: 3 }, { stormTasks: 100 }),
    }),
    looks: fc.array(quiet, { minLength: LOOKS, maxLength: LOOKS }),
  });
}

function begin({ tasks, settings }: World): TestFleet {
  return new TestFleet(tasks, settings);
}

const secondOf = (look: number) => (look + 1) * LOOK_SECONDS;

/** The looks of a world, and then some in which nothing turns any more. */
function secondsAndTurns({ looks }: World): (readonly [number, Readonly<Record<string, Truth>>])[] {
  const calm = Array.from({ length: 16 }, () => ({}));
  return [...looks, ...calm].map((turns, i) => [secondOf(i), turns]);
}

describe("tellUsers in any world", () => {
  it("tells nothing when the same look comes again", () => {
    fc.assert(
      fc.property(anyWorld("silence", "acknowledge"), (world) => {
        const fleet = begin(world);
        for (const [seconds, turns] of secondsAndTurns(world)) {
          fleet.look(seconds, turns);
          const before = new Map(fleet.known);
          const memory = fleet.memory;
          assert.deepEqual(fleet.look(seconds), []);
          assert.equal(fleet.memory, memory);
          for (const [name, known] of before) assert.deepEqual(fleet.known.get(name), known);
        }
      }),
    );
  });

  it("releases nothing from a maintenance when a look ends before the last one", () => {
    fc.assert(
      fc.property(anyWorld(), fc.integer({ min: 1, max: 59 }), (world, back) => {
        const maintenances = world.settings.maintenances?.slice(0, 1) ?? [];
        const fleet = begin({ ...world, tasks: free(world.tasks), settings: { maintenances } });
        for (const [seconds, turns] of secondsAndTurns(world)) {
          fleet.look(seconds, turns);
          const told = fleet.look(seconds - back);
          assert.deepEqual(
            told.filter((line) => /released| to /.test(line)),
            [],
          );
        }
      }),
    );
  });

  it("tells the same whichever tasks were stored before the run was killed", () => {
    const anyKill = fc.record({
      at: fc.nat(LOOKS),
      stored: fc.subarray([...NAMES]),
      isFleetStored: fc.boolean(),
    });
    fc.assert(
      fc.property(anyWorld("silence", "acknowledge"), anyKill, (world, kill) => {
        const [whole, killed] = [begin(world), begin(world)];
        for (const [i, [seconds, turns]] of secondsAndTurns(world).entries()) {
          const told = whole.tell(seconds, turns);
          whole.keep(told);
          if (i !== kill.at) {
            killed.keep(killed.tell(seconds, turns));
            continue;
          }
          const isStored = (name: string) => kill.stored.some((stored) => stored === name);
          const first = killed.tell(seconds, turns);
          killed.keep({
            tasks: first.tasks.filter(({ name }) => isStored(name)),
            memory: kill.isFleetStored ? first.memory : killed.memory,
          });
          const left = Object.entries(turns).filter(([name]) => !isStored(name));
          killed.keep(killed.tell(seconds, Object.fromEntries(left)));
        }
        assert.deepEqual(
          [...killed.known].map(([name, { state, memory }]) => [name, state, memory]).sort(),
          [...whole.known].map(([name, { state, memory }]) => [name, state, memory]).sort(),
        );
        assert.deepEqual(killed.memory, whole.memory);
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order of the tasks", () => {
    const anyOrder = fc.shuffledSubarray([...NAMES], { minLength: NAMES.length });
    fc.assert(
      fc.property(anyWorld("silence", "acknowledge"), anyOrder, (world, order) => {
        const [one, other] = [begin(world), begin(world)];
        for (const [seconds, turns] of secondsAndTurns(world)) {
          assert.deepEqual(
            other.look(seconds, turns, order).sort(),
            one.look(seconds, turns).sort(),
          );
        }
        assert.deepEqual(other.memory, one.memory);
      }),
    );
  });

  it("numbers the events of a task without a gap", () => {
    fc.assert(
      fc.property(anyWorld("silence", "acknowledge"), (world) => {
        const fleet = begin(world);
        const counts = new Map<string, number>();
        for (const [seconds, turns] of secondsAndTurns(world)) {
          const told = fleet.tell(seconds, turns);
          for (const { name, state, transitions, notices } of told.tasks) {
            const count = (counts.get(name) ?? 0) + transitions.length + notices.length;
            assert.equal(state.sequence, count);
            counts.set(name, count);
          }
          fleet.keep(told);
        }
      }),
    );
  });
});

/** The same tasks, which depend on nothing. */
function free(tasks: World["tasks"]): World["tasks"] {
  const names = Object.keys(tasks);
  return Object.fromEntries(names.map((name) => [name, { alert: { dependsOn: [] } }]));
}

type TaskEvent = ToldTransition | TaskNotice;

/** What users believe of each task: what they were told last. */
class Users {
  readonly beliefs = new Map<string, TaskStatus>();

  /** Takes what users are told, and checks that each event but a reminder is news to them. */
  hear({ tasks }: ToldLook): void {
    for (const { name, transitions, notices } of tasks) {
      for (const event of [...transitions, ...notices]) this.#hear(name, event);
    }
  }

  of(name: string): TaskStatus {
    return this.beliefs.get(name) ?? "OK";
  }

  #hear(name: string, event: TaskEvent): void {
    if (event.kind === "advisory" || event.kind === "certificate") return;
    if (event.suppressedBy !== null) return;
    if (event.kind === "reminder" || event.kind === "escalated") {
      assert.equal(this.of(name), event.to, `${name}: ${event.kind} of what users do not know`);
      return;
    }
    assert.notEqual(this.of(name), event.to, `${name}: told twice`);
    this.beliefs.set(name, event.to);
  }
}

/** Whether there is any reason not to tell users what is true of a task. */
function mayBeHeld(fleet: TestFleet, name: string, seconds: number): boolean {
  const task = { name, targetId: fleet.tasks[name]?.targetId ?? null };
  const { incident, warning, silence } = fleet.stateOf(name);
  const spells = { incident, warning, silence };
  if (maintenanceAt(fleet.settings, task, at(seconds)) !== null) return true;
  if (quietingAt(fleet.settings, task, { atMs: at(seconds), openedAtMs: null }) !== null)
    return true;
  const isInStorm = fleet.memory.storms.open.some(({ track, openedAtMs }) => {
    const spell = spells[track].openedAtMs;
    return spell !== null && Math.abs(spell - openedAtMs) <= 5 * MINUTE_MS;
  });
  return isInStorm || hasBadParent(fleet, name, seconds);
}

/** Some task above it, that does not depend on it itself, is down, failing or just back. */
function hasBadParent(fleet: TestFleet, name: string, seconds: number): boolean {
  return [...tasksAbove(fleet, name)].some((parent) => {
    if (tasksAbove(fleet, parent).has(name)) return false;
    const { incident, regions } = fleet.stateOf(parent);
    const isBack = incident.closedAtMs !== null && at(seconds) - incident.closedAtMs < MINUTE_MS;
    return incident.openedAtMs !== null || isBack || Object.keys(regions).length > 0;
  });
}

function tasksAbove(fleet: TestFleet, name: string): Set<string> {
  const above = new Set<string>();
  const next = [name];
  for (const each of next) {
    const { targetId = null, alert = {} } = fleet.tasks[each] ?? {};
    const task = { name: each, targetId, alert: alert ?? {} };
    for (const dependency of settingsOf(fleet.settings, task).dependsOn) {
      const parents = fleet.names.filter((parent) =>
        dependency.kind === "task"
          ? dependency.name === parent
          : dependency.id === fleet.tasks[parent]?.targetId,
      );
      for (const parent of parents) {
        if (above.has(parent)) continue;
        above.add(parent);
        next.push(parent);
      }
    }
  }
  return above;
}

describe("no page is lost", () => {
  it("since users know what is true of every task that nothing holds, at every look", () => {
    fc.assert(
      fc.property(anyWorld("silence"), (world) => {
        const fleet = begin(world);
        const users = new Users();
        for (const [seconds, turns] of secondsAndTurns(world)) {
          const told = fleet.tell(seconds, turns);
          fleet.keep(told);
          users.hear(told);
          for (const name of fleet.names) {
            const status = fleet.statusOf(name);
            if (users.of(name) === status) continue;
            const said = `${name} is ${status} and users were told ${users.of(name)}`;
            assert.ok(mayBeHeld(fleet, name, seconds), `${said} at ${seconds}`);
            // What they know and is better now is never kept from them.
            assert.notEqual(status, "OK", said);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("since each outage that outlasts all holds by two looks is told to open once, and to close", () => {
    fc.assert(
      fc.property(anyWorld("silence"), fc.array(anyName), (world, down) => {
        const fleet = begin({ ...world, settings: { ...world.settings, fleet: {} } });
        for (const [seconds, turns] of secondsAndTurns(world)) fleet.look(seconds, turns);
        const end = secondOf(LOOKS + 16);
        fleet.look(end, Object.fromEntries(NAMES.map((name) => [name, "up"])));
        const free = NAMES.filter((name) => !NAMES.some((to) => tasksAbove(fleet, name).has(to)));
        const chosen = free.filter((name) => down.includes(name));
        const opened = fleet.look(
          end + 90,
          Object.fromEntries(chosen.map((name): [string, Truth] => [name, "down"])),
        );
        assert.deepEqual(
          opened.toSorted(),
          chosen.map((name) => `${name} OK to CRITICAL`).toSorted(),
        );
      }),
    );
  });

  it("also not one that somebody acknowledged, since the close of all that was told is told", () => {
    fc.assert(
      fc.property(anyWorld("silence", "acknowledge"), (world) => {
        const fleet = begin(world);
        for (const [seconds, turns] of secondsAndTurns(world)) fleet.look(seconds, turns);
        const told = fleet.tell(secondOf(LOOKS + 16), allUp());
        for (const { name, transitions } of told.tasks) {
          const { held } = fleet.known.get(name)?.memory ?? {};
          const isUnknown = held?.told === "OK";
          for (const each of transitions) assert.equal(each.suppressedBy !== null, isUnknown);
        }
        assert.deepEqual(
          linesOf(told).filter((line) => /released|reminder/.test(line)),
          [],
        );
      }),
    );
  });
});

function allUp(): Record<string, Truth> {
  return Object.fromEntries(NAMES.map((name) => [name, "up"]));
}
