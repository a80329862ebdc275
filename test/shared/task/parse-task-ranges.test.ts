import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTask } from "../../../shared/task/parse-task.ts";
import type { Task } from "../../../shared/task/task-type.ts";

const LEAST = { name: "t", host: "example.com:443", schedule_seconds: 60 };

type Case = readonly [fields: object, read: (task: Task) => unknown, value: unknown];

/** Both ends of every range, with what they are read as. */
const WITHIN: readonly Case[] = [
  [{ schedule_seconds: 1 }, (task) => task.scheduleMs, 1_000],
  [{ schedule_seconds: 86_400 }, (task) => task.scheduleMs, 86_400_000],
  [{ schedule_seconds: 1 }, (task) => task.timeoutMs, 1_000],
  [{ schedule_seconds: 4 }, (task) => task.timeoutMs, 4_000],
  [{ schedule_seconds: 5 }, (task) => task.timeoutMs, 5_000],
  [{ schedule_seconds: 6 }, (task) => task.timeoutMs, 5_000],
  [{ timeout_seconds: 1 }, (task) => task.timeoutMs, 1_000],
  [{ timeout_seconds: 60 }, (task) => task.timeoutMs, 60_000],
  [{ schedule_seconds: 59, timeout_seconds: 59 }, (task) => task.timeoutMs, 59_000],
  [{ schedule_seconds: 61, timeout_seconds: 60 }, (task) => task.timeoutMs, 60_000],
  [{ timeout: 60 }, (task) => task.timeoutMs, 60_000],
  [{ host: "example.com", port: 1 }, (task) => task.target.port, 1],
  [{ host: "example.com", port: 65_535 }, (task) => task.target.port, 65_535],
  [{ host: "example.com:1" }, (task) => task.target.port, 1],
  [{ host: "example.com:65535" }, (task) => task.target.port, 65_535],
  [{ name: "x" }, (task) => task.name, "x"],
  [{ name: "x".repeat(200) }, (task) => task.name, "x".repeat(200)],
  [{ name: "🗄".repeat(200) }, (task) => task.name, "🗄".repeat(200)],
  [{ target_id: "x".repeat(200) }, (task) => task.targetId, "x".repeat(200)],
  [{ tags: { ["k".repeat(128)]: "" } }, (task) => task.tags, { ["k".repeat(128)]: "" }],
  [{ tags: { k: "v".repeat(256) } }, (task) => task.tags, { k: "v".repeat(256) }],
  [{ tags: tagsOf(50) }, (task) => Object.keys(task.tags).length, 50],
  [{ regions: ["a", "b"], alert: { quorum: 2 } }, (task) => task.alert.quorum, 2],
];

/** One step beyond every range, with the rule that it breaks. */
const BEYOND: readonly (readonly [fields: object, field: string, rule: string])[] = [
  [{ schedule_seconds: 0 }, "schedule_seconds", "must be 1 to 86400"],
  [{ schedule_seconds: 86_401 }, "schedule_seconds", "must be 1 to 86400"],
  [{ timeout_seconds: 0 }, "timeout_seconds", "must be 1 to 60"],
  [{ timeout_seconds: 61 }, "timeout_seconds", "must be 1 to 60"],
  [{ schedule_seconds: 59, timeout_seconds: 60 }, "timeout_seconds", "must be 1 to 59"],
  [{ schedule_seconds: 61, timeout_seconds: 61 }, "timeout_seconds", "must be 1 to 60"],
  [{ schedule_seconds: 1, timeout_seconds: 2 }, "timeout_seconds", "must be 1"],
  [{ timeout: 61 }, "timeout", "must be 1 to 60"],
  [{ host: "example.com", port: 0 }, "port", "must be 1 to 65535"],
  [{ host: "example.com", port: 65_536 }, "port", "must be 1 to 65535"],
  [{ host: "example.com:0" }, "host", "must have a port from 1 to 65535"],
  [{ host: "example.com:65536" }, "host", "must have a port from 1 to 65535"],
  [{ name: "x".repeat(201) }, "name", "must be 1 to 200 characters without control characters"],
  [{ name: "🗄".repeat(201) }, "name", "must be 1 to 200 characters without control characters"],
  [{ name: "" }, "name", "must be 1 to 200 characters without control characters"],
  [
    { target_id: "x".repeat(201) },
    "target_id",
    "must be 1 to 200 characters without control characters",
  ],
  [
    { tags: { k: "v".repeat(257) } },
    "tags.k",
    "must be text of at most 256 characters without control characters",
  ],
  [{ tags: tagsOf(51) }, "tags", "must be at most 50 tags"],
  [
    { regions: ["a", "b"], alert: { quorum: 3 } },
    "alert.quorum",
    "must be at most the task's 2 regions",
  ],
];

function tagsOf(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));
}

function shown(fields: object): string {
  return JSON.stringify(fields).slice(0, 60);
}

for (const [fields, read, value] of WITHIN) {
  test(`parseTask takes ${shown(fields)} for ${shown([value])}`, () => {
    const { task, problems } = parseTask({ ...LEAST, ...fields });
    assert.equal(problems, undefined);
    assert.deepEqual(task && read(task), value);
  });
}

for (const [fields, field, rule] of BEYOND) {
  test(`parseTask refuses ${shown(fields)}: ${field} ${rule}`, () => {
    const { problems } = parseTask({ ...LEAST, ...fields });
    assert.deepEqual(
      problems?.map((problem) => [problem.field, problem.rule]),
      [[field, rule]],
    );
  });
}

test("parseTask refuses a tag's key of 129 characters", () => {
  const { problems } = parseTask({ ...LEAST, tags: { ["k".repeat(129)]: "v" } });
  assert.deepEqual(
    problems?.map(({ rule }) => rule),
    ["is not usable as the key of a tag"],
  );
});
