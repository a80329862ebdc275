import assert from "node:assert/strict";
import { test } from "node:test";
import { rateNotices } from "../../../cli/tasks/rate-notices.ts";
import { parseTask, type Task } from "../../../shared/task/task.ts";

const MANY = 26;

function tasksOf(fields: object): Task[] {
  return Array.from({ length: MANY }, (_, i) => {
    const raw = { name: `t${i}`, host: `a.example:${i + 1}`, schedule_seconds: 1, ...fields };
    const { task } = parseTask(raw);
    assert.ok(task);
    return task;
  });
}

test("rateNotices names a host of which one region alone asks for too much", () => {
  assert.deepEqual(rateNotices(tasksOf({ rate_limit: "aggressive" }), "a.toml"), [
    {
      file: "a.toml",
      task: null,
      text: `host a.example: its ${MANY} tasks ask for more than their rate limit allows (bucket_size 50, refill_rate 25) in each region: some checks will be rate_limited`,
    },
  ]);
});

for (const fields of [
  {},
  { rate_limit: "disabled" },
  { rate_limit: "aggressive", schedule_seconds: 60 },
  { rate_limit: "aggressive", enabled: false },
])
  test(`rateNotices says nothing of ${MANY} tasks with ${JSON.stringify(fields)}`, () => {
    assert.deepEqual(rateNotices(tasksOf(fields), null), []);
  });
