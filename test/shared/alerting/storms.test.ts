import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AlertingSettings } from "../../../shared/alerting/operators/operators.ts";
import { TestFleet, type TestTask, type Truth } from "./looks.ts";

/** Tasks `t0`, `t1`, and so on. */
function tasksUpTo(count: number, task: TestTask = {}): Record<string, TestTask> {
  return Object.fromEntries(namesOf(0, count).map((name) => [name, task]));
}

function namesOf(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `t${from + i}`);
}

function all(from: number, to: number, truth: Truth): Record<string, Truth> {
  return Object.fromEntries(namesOf(from, to).map((name) => [name, truth]));
}

function lines(from: number, to: number, words: string): string[] {
  return namesOf(from, to).map((name) => `${name} ${words}`);
}

const FOUR: Partial<AlertingSettings> = { fleet: { stormTasks: 4 } };

describe("a storm", () => {
  it("holds the single events of tasks that open in one look, and is over with them", () => {
    const fleet = new TestFleet(tasksUpTo(10), {});
    assert.deepEqual(fleet.look(10, all(0, 10, "down")), [
      "storm 1 of incident opened: 10",
      ...lines(0, 10, "OK to CRITICAL (storm)"),
    ]);
    assert.deepEqual(fleet.look(20, all(0, 5, "up")), lines(0, 5, "CRITICAL to OK (storm)"));
    assert.deepEqual(fleet.look(30, all(5, 10, "up")), [
      "storm 1 of incident closed: 0",
      ...lines(5, 10, "CRITICAL to OK (storm)"),
    ]);
    assert.deepEqual(fleet.memory.storms, { count: 1, open: [] });
  });

  it("needs as many tasks as the fleet says", () => {
    const fleet = new TestFleet(tasksUpTo(9), {});
    assert.deepEqual(fleet.look(10, all(0, 9, "down")), lines(0, 9, "OK to CRITICAL"));
  });

  it("tells what it leaves when fewer than half of a storm are open, and then their close", () => {
    const fleet = new TestFleet(tasksUpTo(6), FOUR);
    fleet.look(10, all(0, 6, "down"));
    assert.deepEqual(fleet.look(20, all(0, 4, "up")), lines(0, 4, "CRITICAL to OK (storm)"));
    assert.deepEqual(fleet.look(30, { t4: "up" }), [
      "storm 1 of incident closed: 1",
      "t4 CRITICAL to OK (storm)",
      "t5 released as CRITICAL",
    ]);
    assert.deepEqual(fleet.look(40, { t5: "up" }), ["t5 CRITICAL to OK"]);
  });

  it("counts tasks that opened within a minute, of which the first were told", () => {
    const fleet = new TestFleet(tasksUpTo(5), FOUR);
    assert.deepEqual(fleet.look(10, all(0, 3, "down")), lines(0, 3, "OK to CRITICAL"));
    assert.deepEqual(fleet.look(69, all(3, 5, "down")), [
      "storm 1 of incident opened: 5",
      ...lines(3, 5, "OK to CRITICAL (storm)"),
    ]);
    assert.deepEqual(fleet.look(80, all(0, 5, "up")), [
      "storm 1 of incident closed: 0",
      ...lines(0, 3, "CRITICAL to OK"),
      ...lines(3, 5, "CRITICAL to OK (storm)"),
    ]);
  });

  it("does not count tasks that opened a minute apart", () => {
    const fleet = new TestFleet(tasksUpTo(4), FOUR);
    fleet.look(10, all(0, 3, "down"));
    assert.deepEqual(fleet.look(70, all(3, 4, "down")), lines(3, 4, "OK to CRITICAL"));
  });

  it("is joined in silence for five minutes, and by nothing later", () => {
    const fleet = new TestFleet(tasksUpTo(7), FOUR);
    fleet.look(10, all(0, 4, "down"));
    assert.deepEqual(fleet.look(310, { t4: "down" }), ["t4 OK to CRITICAL (storm)"]);
    assert.deepEqual(fleet.look(311, { t5: "down" }), ["t5 OK to CRITICAL"]);
  });

  it("is followed by another one, with a number of its own", () => {
    const fleet = new TestFleet(tasksUpTo(8), FOUR);
    fleet.look(10, all(0, 4, "down"));
    assert.deepEqual(fleet.look(400, all(4, 8, "down"))[0], "storm 2 of incident opened: 4");
    assert.deepEqual(fleet.look(410, all(0, 4, "up"))[0], "storm 1 of incident closed: 0");
    assert.deepEqual(fleet.look(420, all(4, 8, "up"))[0], "storm 2 of incident closed: 0");
    assert.deepEqual(fleet.look(430, all(0, 4, "down"))[0], "storm 3 of incident opened: 4");
  });

  it("is of one kind: a warning storm holds no incident", () => {
    const fleet = new TestFleet(tasksUpTo(5), FOUR);
    assert.deepEqual(fleet.look(10, all(0, 4, "W"))[0], "storm 1 of warning opened: 4");
    assert.deepEqual(fleet.look(20, { t0: "down", t4: "down" }), [
      "t0 WARNING to CRITICAL",
      "t4 OK to CRITICAL",
    ]);
  });

  it("of missing data is one of its own beside that of incidents", () => {
    const fleet = new TestFleet(tasksUpTo(8), FOUR);
    const told = fleet.look(10, { ...all(0, 4, "silent"), ...all(4, 8, "down") });
    assert.deepEqual(told.slice(0, 2), [
      "storm 1 of incident opened: 4",
      "storm 2 of silence opened: 4",
    ]);
  });

  it("is made only of what nothing else holds", () => {
    const tasks = {
      router: {},
      ...tasksUpTo(5, { alert: { dependsOn: [{ kind: "task", name: "router" }] } }),
    } as const;
    const fleet = new TestFleet(tasks, FOUR);
    const told = fleet.look(10, { router: "down", ...all(0, 5, "down") });
    assert.deepEqual(told, [
      "router OK to CRITICAL [t0 t1 t2 t3 t4]",
      ...lines(0, 5, "OK to CRITICAL (dependency)"),
    ]);
  });

  it("does not keep what a maintenance held when it opened", () => {
    const fleet = new TestFleet(tasksUpTo(5), {
      ...FOUR,
      maintenances: [
        {
          ...{ id: "m", reason: "r", by: null, createdAtMs: null },
          scope: { kind: "task", name: "t4" },
          schedule: { kind: "once", fromMs: 0, untilMs: Date.UTC(2026, 0, 5, 12, 1) },
        },
      ],
    });
    assert.deepEqual(fleet.look(10, all(0, 5, "down")), [
      "storm 1 of incident opened: 4",
      ...lines(0, 4, "OK to CRITICAL (storm)"),
      "t4 OK to CRITICAL (maintenance)",
    ]);
    assert.deepEqual(fleet.look(60), ["t4 released as CRITICAL"]);
  });

  it("goes on when it is acknowledged or silenced, and its end is told as one", () => {
    for (const kind of ["acknowledge", "silence"] as const) {
      const fleet = new TestFleet(tasksUpTo(4), FOUR);
      fleet.look(10, all(0, 4, "down"));
      const fromMs = Date.UTC(2026, 0, 5, 12, 1);
      const entry = { kind, id: "q", scope: { kind: "fleet" }, by: "ann", reason: "r" } as const;
      const quieting = { ...entry, fromMs, createdAtMs: fromMs, untilMs: fromMs + 3_600_000 };
      fleet.settings = { ...fleet.settings, quietings: [quieting] };
      assert.deepEqual(fleet.look(60), [`${kind} q`]);
      assert.deepEqual(fleet.look(90, all(0, 4, "up")), [
        "storm 1 of incident closed: 0",
        ...lines(0, 4, "CRITICAL to OK (storm)"),
      ]);
    }
  });

  it("is found again, with the same number, if only some of its tasks were stored", () => {
    const fleet = new TestFleet(tasksUpTo(6), FOUR);
    const told = fleet.tell(10, all(0, 6, "down"));
    fleet.keep({ tasks: told.tasks.slice(0, 4), memory: fleet.memory });
    assert.deepEqual(fleet.look(12, all(4, 6, "down")), [
      "storm 1 of incident opened: 6",
      ...lines(4, 6, "OK to CRITICAL (storm)"),
    ]);
  });

  it("is not found again if it was stored before its tasks", () => {
    const fleet = new TestFleet(tasksUpTo(4), FOUR);
    fleet.keep({ tasks: [], memory: fleet.tell(10, all(0, 4, "down")).memory });
    assert.deepEqual(fleet.look(12, all(0, 4, "down")), lines(0, 4, "OK to CRITICAL (storm)"));
  });

  it("names a hundred tasks and counts all", () => {
    const fleet = new TestFleet(tasksUpTo(120));
    const [notice] = fleet.tell(10, all(0, 120, "down")).fleetNotices;
    assert.ok(notice?.kind === "storm");
    assert.equal(notice.taskCount, 120);
    assert.equal(notice.taskNames.length, 100);
    assert.deepEqual(notice.taskNames.slice(0, 3), ["t0", "t1", "t10"]);
  });
});
