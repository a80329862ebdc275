import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextCheckAt, takenUpAt } from "../../../local/fleet/next-check.ts";
import { Board, type SeenResult } from "../../../local/view/board.ts";
import type { WatchedTask } from "../../../local/view/watched-task.ts";
import { NO_FIGURES, NO_MARKS, type Outcome } from "../../../shared/result/result.ts";
import { nominalSlots, slotsOfTerm } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { MINUTE_MS } from "../../../shared/units.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");

const TASK: Task = {
  name: "Database",
  target: { hostname: "127.0.0.1", port: 5432 },
  host: "127.0.0.1:5432",
  scheduleMs: 5_000,
  timeoutMs: 2_000,
  targetId: null,
  enabled: true,
  regions: "all",
  expect: "open",
  addressFamily: "any",
  alert: {},
  tags: {},
};

function seen(region: string, outcome: Outcome, connectTimeMs: number | null): SeenResult {
  const result = {
    taskIndex: 0,
    slotAtMs: NOON,
    startedAtMs: NOON,
    outcome,
    expect: "open" as const,
    ...NO_FIGURES,
    ...NO_MARKS,
    connectTimeMs,
    elapsedMs: connectTimeMs,
    address: "127.0.0.1",
    timing: "user" as const,
    suspect: false,
  };
  return { region, task: TASK, result };
}

function watched(changes: Partial<WatchedTask> = {}): WatchedTask {
  return { task: TASK, plannedAtMs: 0, isKept: false, ...changes };
}

function boardOf(...results: readonly SeenResult[]): Board {
  const board = new Board(["a", "b"]);
  board.setTasks([watched()]);
  for (const result of results) board.take(result);
  return board;
}

describe("Board", () => {
  test("knows nothing of a task before its first result", () => {
    const none = { state: "none", word: "" };
    assert.deepEqual(boardOf().rows(NOON), [
      {
        name: "Database",
        state: null,
        since: "",
        regions: [none, none],
        lastMs: null,
        avgMs: null,
        p95Ms: null,
        failurePercent: null,
        nextInMs: null,
        note: "",
      },
    ]);
  });

  test("knows how a task stands until it is told otherwise, and forgets it with the task", () => {
    const board = boardOf();
    const states = () => board.rows(NOON).map(({ state, since }) => `${state} ${since}`);
    const name = "Database";
    board.setStates([{ name: "unknown", state: "CRITICAL", sinceMs: 0 }]);
    assert.deepEqual(states(), ["null "]);
    board.noteJudged(name);
    assert.deepEqual(states(), ["OK "]);
    board.setStates([{ name, state: "CRITICAL", sinceMs: NOON - MINUTE_MS }]);
    board.noteJudged(name);
    assert.deepEqual(states(), ["CRITICAL 11:59:00"]);
    board.setStates([{ name, state: "WARNING", sinceMs: NOON - 24 * 60 * MINUTE_MS }]);
    assert.deepEqual(states(), ["WARNING 2026-11-19"]);
    board.setTasks([watched({ task: { ...TASK, enabled: false } })]);
    board.setTasks([watched()]);
    assert.deepEqual(states(), ["null "]);
  });

  test("shows each region's last state, and figures over all of them", () => {
    const board = boardOf(seen("a", "open", 1), seen("b", "open", 3), seen("b", "refused", null));
    const [row] = board.rows(NOON);
    assert.deepEqual(row?.regions, [
      { state: "ok", word: "ok" },
      { state: "fail", word: "refused" },
    ]);
    assert.equal(row?.lastMs, null);
    assert.equal(row?.avgMs, 2);
    assert.equal(Math.round(row?.failurePercent ?? 0), 33);
  });

  test("shows a recheck, and counts it in no figure", () => {
    const recheck = seen("a", "refused", null);
    const board = boardOf(seen("a", "open", 1));
    board.take({ ...recheck, result: { ...recheck.result, recheck: true } });
    const [row] = board.rows(NOON);
    assert.deepEqual(row?.regions[0], { state: "fail", word: "refused" });
    assert.equal(row?.failurePercent, 0);
  });

  test("counts no internal error against the target", () => {
    const [row] = boardOf(seen("a", "internal", null)).rows(NOON);
    assert.deepEqual(row?.regions[0], { state: "none", word: "error" });
    assert.equal(row?.failurePercent, null);
  });

  test("returns the cell before and after a result", () => {
    const board = boardOf(seen("a", "open", 1));
    const change = board.take(seen("a", "timeout", null));
    assert.deepEqual([change?.before.word, change?.after.word], ["ok", "timeout"]);
  });

  test("forgets figures after five minutes, but not the state", () => {
    const [row] = boardOf(seen("a", "open", 1)).rows(NOON + 5 * MINUTE_MS + 1);
    assert.equal(row?.avgMs, null);
    assert.deepEqual(row?.regions[0], { state: "ok", word: "ok" });
  });

  test("forgets figures of a time that a clock was set back from", () => {
    const board = boardOf(seen("a", "open", 900));
    const nowMs = NOON - 3_600_000;
    assert.equal(board.rows(nowMs)[0]?.avgMs, null);
    const late = seen("a", "open", 3);
    board.take({ ...late, result: { ...late.result, slotAtMs: nowMs } });
    assert.equal(board.rows(nowMs)[0]?.avgMs, 3);
  });

  test("shows a disabled task as such, without what was seen or is to come", () => {
    const board = boardOf(seen("a", "open", 1));
    board.setClocks(new Map([["a", { staggerPermille: 0, firstTermMs: NOON }]]));
    board.setTasks([watched({ task: { ...TASK, enabled: false } })]);
    assert.equal(board.take(seen("a", "open", 1)), null);
    const [row] = board.rows(NOON);
    assert.deepEqual(
      [row?.regions[0]?.state, row?.avgMs, row?.nextInMs, row?.note],
      ["none", null, null, "disabled"],
    );
    board.setTasks([watched()]);
    assert.deepEqual([board.rows(NOON)[0]?.avgMs, board.rows(NOON)[0]?.note], [null, ""]);
  });

  test("drops a removed task, and what its last checks find", () => {
    const board = boardOf(seen("a", "open", 1));
    board.setTasks([]);
    assert.equal(board.take(seen("a", "open", 1)), null);
    assert.deepEqual(board.rows(NOON), []);
  });

  test("marks a task that is kept in its last good version, and goes on with it", () => {
    const board = boardOf(seen("a", "open", 1));
    board.setTasks([watched({ isKept: true })]);
    assert.deepEqual([board.rows(NOON)[0]?.note, board.rows(NOON)[0]?.avgMs], ["last good", 1]);
    board.setTasks([watched({ task: { ...TASK, enabled: false }, isKept: true })]);
    assert.equal(board.rows(NOON)[0]?.note, "disabled");
  });

  test("counts down to nothing before a task is planned and its plan taken up", () => {
    const board = boardOf();
    const clock = { staggerPermille: 0, firstTermMs: NOON };
    board.setClocks(new Map([["a", clock]]));
    const nextIn = (plannedAtMs: number | null, nowMs: number) => {
      board.setTasks([watched({ plannedAtMs })]);
      return board.rows(nowMs)[0]?.nextInMs;
    };
    assert.equal(nextIn(null, NOON + 1_000), null);
    // The plan of 12:00:10 is taken up at 12:01, where the first slot is.
    const [first = 0] = nominalSlots(
      TASK,
      { staggerPermille: 0 },
      {
        fromMs: NOON + MINUTE_MS,
        toMs: NOON + 2 * MINUTE_MS,
      },
    );
    assert.equal(nextIn(NOON + 10_000, NOON + 10_000), first - NOON - 10_000);
    assert.equal(nextIn(NOON + 10_000, NOON + 59_000), first - NOON - 59_000);
    const [early = 0] = nominalSlots(
      TASK,
      { staggerPermille: 0 },
      { fromMs: NOON + 10_001, toMs: NOON + MINUTE_MS },
    );
    assert.equal(nextIn(0, NOON + 10_000), early - NOON - 10_000);
    // Planned ahead, before the clock was set back.
    assert.equal(nextIn(NOON + 3_600_000, NOON + 10_000), early - NOON - 10_000);
  });

  test("counts down to the nearest region that the task runs in", () => {
    const board = boardOf();
    const clock = { staggerPermille: 0, firstTermMs: NOON };
    board.setClocks(new Map([["a", clock]]));
    const [first] = nominalSlots(
      TASK,
      { staggerPermille: 0 },
      { fromMs: NOON, toMs: NOON + MINUTE_MS },
    );
    assert.equal(board.rows(NOON - 1)[0]?.nextInMs, (first ?? 0) - NOON + 1);
    board.setTasks([watched({ task: { ...TASK, regions: ["b"] } })]);
    assert.equal(board.rows(NOON - 1)[0]?.nextInMs, null);
  });
});

test("takenUpAt gives the first lease term whose invocation comes after the plan", () => {
  const clock = { staggerPermille: 0, firstTermMs: NOON };
  const cases = [
    [-500, 0],
    [-499, 1],
    [59_500, 1],
    [59_501, 2],
    [10 * 60_000, 11],
  ] as const;
  for (const [plannedAfterMs, term] of cases) {
    assert.equal(
      takenUpAt(clock, NOON + plannedAfterMs),
      NOON + term * MINUTE_MS,
      `${plannedAfterMs}`,
    );
  }
  assert.equal(takenUpAt(clock, 0), NOON);
});

describe("nextCheckAt", () => {
  const clock = { staggerPermille: 333, firstTermMs: NOON + 7_000 };

  /** Every slot of the next hours, as the probe itself lists them. */
  function slotsOf(task: Task): number[] {
    return Array.from({ length: 300 }, (_, i) => {
      const fromMs = clock.firstTermMs + i * MINUTE_MS;
      return slotsOfTerm(task, clock, { fromMs, toMs: fromMs + MINUTE_MS });
    }).flat();
  }

  for (const seconds of [1, 7, 59, 60, 61, 90, 3_600]) {
    test(`gives the slots of the probe for a schedule of ${seconds} s`, () => {
      const task = { ...TASK, scheduleMs: seconds * 1_000 };
      const slots = slotsOf(task).slice(0, 5);
      assert.equal(slots.length, 5);
      let now = NOON;
      for (const slot of slots) {
        now = nextCheckAt(task, clock, now);
        assert.equal(now, slot);
      }
    });
  }
});
