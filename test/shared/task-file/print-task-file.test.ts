// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of task files are what is tested
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fileEntries } from "../../../shared/alerting/operators/operators.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { parseTask, printTask, type Task } from "../../../shared/task/task.ts";
import { printTaskFile } from "../../../shared/task-file/print-task-file.ts";
import { readTaskFile } from "../../../shared/task-file/read-task-file.ts";
import { rawDeep } from "../task/deep/arbitrary-deep.ts";

const FORMATS = ["toml", "yaml", "json"] as const;

/** Texts that a file could take for something else than they are. */
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom(
        "$",
        "{",
        "}",
        "${A}",
        "$${",
        "{host}",
        ":-",
        "30s",
        "é",
        "'",
        '"',
        "#",
        ": ",
        "null",
        "\ufffd",
        "1e3",
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join("")),
);

const rawTask = fc
  .tuple(
    fc.record({
      name: text,
      host: fc.constantFrom("a.example:22", "[2001:db8::1]:22", "192.0.2.1:65535"),
      schedule_seconds: fc.integer({ min: 20, max: 86_400 }),
      timeout_seconds: fc.constant(10),
    }),
    fc.record(
      {
        target_id: text,
        enabled: fc.boolean(),
        regions: fc.constantFrom("all", ["b", "a"]),
        tags: fc.dictionary(text, fc.oneof(text, fc.constant("")), { maxKeys: 4 }),
        depends_on: fc.array(fc.oneof(text, fc.record({ target_id: text })), { maxLength: 3 }),
        alert: fc.constantFrom(
          { failures: "3 of 5", reminder_minutes: false, critical: { failure_percent: 12.5 } },
          { recheck_seconds: false, quorum: "majority", warning: { avg_connect_time_ms: false } },
          { recheck_seconds: [2, 9], quorum: 3, no_data_windows: 4 },
        ),
      },
      { requiredKeys: [] },
    ),
    rawDeep,
  )
  .map(([base, options, deep]) => ({ ...base, ...options, ...deep }));

test("readTaskFile reads what printTaskFile printed as the same tasks, in each format", () => {
  let taskCount = 0;
  const property = fc.property(
    fc.uniqueArray(rawTask, { selector: ({ name }) => name.trim(), maxLength: 4 }),
    (raws) => {
      const tasks: Task[] = raws.flatMap((raw) => parseTask(raw).task ?? []);
      if (new Set(tasks.map(({ name }) => name)).size < tasks.length) return;
      taskCount += tasks.length;
      for (const format of FORMATS) {
        const printed = printTaskFile({ tasks: tasks.map(printTask), settings: [] }, format);
        const read = readTaskFile(`t.${format}`, printed, { environment: { A: "filled" } });
        assert.deepEqual(read.problems.map(problemSentence), [], printed);
        assert.deepEqual(read.tasks, tasks, printed);
      }
    },
  );
  fc.assert(property, { numRuns: 150 });
  assert.ok(taskCount > 40, `only ${taskCount} tasks were valid`);
});

const UNFILLED = ["dialogue", "goodbye", "reconnect_on", "tags"];

/** A copy whose numbers and flags are variables, and the environment that has them. */
function asVariables(value: unknown, environment: Record<string, string>): unknown {
  if (typeof value === "number" || typeof value === "boolean") {
    const name = `V${Object.keys(environment).length}`;
    environment[name] = String(value);
    return `\${${name}}`;
  }
  if (Array.isArray(value)) return value.map((part) => asVariables(part, environment));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [
    key,
    UNFILLED.includes(key) ? part : asVariables(part, environment),
  ]);
  return Object.fromEntries(parts);
}

test("readTaskFile takes a variable for each number and each flag of a task", () => {
  const property = fc.property(rawTask, (raw) => {
    const { task } = parseTask(raw);
    if (task === undefined || /[$\ufffd]/.test(JSON.stringify(raw))) return;
    const environment: Record<string, string> = {};
    const written = JSON.stringify([asVariables(printTask(task), environment)]);
    const { tasks, problems } = readTaskFile("t.json", written, { environment });
    assert.deepEqual(problems.map(problemSentence), [], written);
    assert.deepEqual(tasks, [task]);
  });
  fc.assert(property, { numRuns: 300 });
});

test("readTaskFile takes a variable for a number with all digits that a number is shown with", () => {
  const task = { name: "a", host: "a.example:1", schedule_seconds: 60 };
  const retry = { max_attempts: 2, jitter: "${J}" };
  const environment = { J: String(0.0000010126377494963203) };
  const read = readTaskFile("t.json", JSON.stringify([{ ...task, retry }]), { environment });
  assert.deepEqual(read.problems, []);
  assert.equal(read.tasks[0]?.retry?.jitter, 0.0000010126377494963203);
});

test("readTaskFile reads the settings that printTaskFile printed, without those of commands", () => {
  const toml = `
[alerting]
storm_tasks = 9
reminder_minutes = "2h"
[targets."a b"]
min_healthy = 2
depends_on = ["t", { target_id = "$\${x}" }]
[[maintenance]]
id = "backups"
target_id = "a b"
weekly = "sun 02:00"
duration_minutes = 30
time_zone = "Europe/Berlin"
reason = "saves $\${HOME}"
[[maintenance]]
fleet = true
from = 2026-12-24T22:00:00Z
until = "2026-12-25T22:00:00+01:00"
reason = "moving"
`;
  const { settings, problems } = readTaskFile("t.toml", toml);
  assert.deepEqual(problems, []);
  const stored = fileEntries(settings).map(({ key, fields }) => ({
    key,
    fields: { ...fields, created_at: "2026-11-27T00:00:00.000Z" },
  }));
  const silence = { key: "silence#1", fields: { task: "t", reason: "x" } };
  const byCommand = { key: "maintenance#2", fields: { fleet: true, reason: "x" } };
  for (const format of FORMATS) {
    const printed = printTaskFile({ tasks: [], settings: [...stored, silence, byCommand] }, format);
    assert.deepEqual(readTaskFile(`t.${format}`, printed).settings, settings, printed);
  }
});
