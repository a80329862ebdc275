import assert from "node:assert/strict";
import { test } from "node:test";
import { listTask, type TaskSurroundings } from "../../../functions/history/task-standing.ts";
import type { TaskStatusItem } from "../../../shared/status/status.ts";
import { parseTask, type Task } from "../../../shared/task/task.ts";
import { userTask } from "../../cli/local-fleet.ts";

function parsed(different: object = {}): Task {
  const { task } = parseTask(userTask("t", different));
  assert.ok(task);
  return task;
}

const UNSUPPORTED: TaskStatusItem = {
  name: "t",
  status: "rejected",
  problems: ['Task "t": not supported in b: there is no IPv6 route'],
  regions: ["b"],
  runningLastGood: false,
  sinceMs: 0,
  pending: [],
};

const EARLIER = 'Task "t": an earlier version runs on';

function stateOf(different: object, around: Partial<TaskSurroundings> = {}) {
  const stored = { name: "t", fields: userTask("t", different) };
  const nothing = { fleetRegions: ["a", "b"], planned: new Map(), status: null };
  const { state, reasons } = listTask(stored, { ...nothing, ...around });
  return { state, reasons };
}

test("listTask distinguishes planned, partial, waiting, unsupported and disabled", () => {
  const now = parsed();
  const before = parsed({ schedule_seconds: 30 });
  const here: [string, Task] = ["a", now];
  const there: [string, Task] = ["b", now];
  const cases: [object, Partial<TaskSurroundings>, string, string[]][] = [
    [{}, { planned: new Map([here, there]) }, "planned", []],
    [{ sla_percent: 99.9 }, { planned: new Map([here, there]) }, "planned", []],
    [{}, {}, "waiting", []],
    [{}, { planned: new Map([here]), status: UNSUPPORTED }, "partial", [...UNSUPPORTED.problems]],
    [{}, { status: UNSUPPORTED }, "unsupported", [...UNSUPPORTED.problems]],
    [{}, { planned: new Map([["a", before]]) }, "waiting", [EARLIER]],
    [{ enabled: false }, {}, "disabled", []],
    [{ enabled: false }, { planned: new Map([here]) }, "disabled", [EARLIER]],
    [{ regions: ["a"] }, { planned: new Map([["a", parsed({ regions: ["a"] })]]) }, "planned", []],
  ];
  for (const [different, around, state, reasons] of cases) {
    assert.deepEqual(stateOf(different, around), { state, reasons });
  }
});

test("listTask gives every reason why a stored task is invalid", () => {
  const around = { planned: new Map([["a", parsed()]]) };
  assert.deepEqual(stateOf({ timeout_seconds: 95, colour: "red" }, around), {
    state: "invalid",
    reasons: [
      'Task "t": timeout_seconds must be 1 to 60, is 95',
      'Task "t": colour is not a field of a task',
      EARLIER,
    ],
  });
});
