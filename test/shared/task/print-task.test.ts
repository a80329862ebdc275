import assert from "node:assert/strict";
import { test } from "node:test";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { parseTask } from "../../../shared/task/parse-task.ts";
import { printTask } from "../../../shared/task/print-task.ts";
import type { Task } from "../../../shared/task/task-type.ts";

const label = fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 });
const limit = fc.oneof(
  fc.double({ min: 0.5, max: 99, noNaN: true }),
  fc.integer({ min: 1, max: 99 }),
  fc.constant(false as const),
);
const rules = fc.record(
  {
    avg_connect_time_ms: limit,
    failure_percent: limit,
    success_percent_of_expected: limit,
    no_success_minutes: fc.oneof(fc.integer({ min: 1, max: 1_440 }), fc.constant(false as const)),
  },
  { requiredKeys: [] },
);
const threshold = fc.integer({ min: 1, max: 100 });
const alert = fc.record(
  {
    warning: rules,
    critical: rules,
    failure_threshold: threshold,
    success_threshold: threshold,
    quorum: fc.oneof(fc.constant("majority"), fc.constant(1)),
    latency_scope: fc.constantFrom("nearest", "each"),
    no_data_windows: threshold,
    failures: fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 20 }))
      .map(([failed, of]) => `${failed} of ${of}`),
    recheck_seconds: fc.constantFrom(false, [5], [1, 2, 59]),
    min_reporting: threshold,
    reminder_minutes: fc.oneof(fc.integer({ min: 1, max: 10_080 }), fc.constant(false)),
    escalation_minutes: fc.oneof(fc.integer({ min: 1, max: 10_080 }), fc.constant(false)),
  },
  { requiredKeys: [] },
);
const hostname = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((ip) => `[${ip}]`),
);
const port = fc.integer({ min: 1, max: 65_535 });
const region = fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-[1-9]$/);

const rawTask = fc.record(
  {
    name: label,
    type: fc.constant("tcp"),
    host: fc.tuple(hostname, port).map(([name, number]) => `${name}:${number}`),
    schedule_seconds: fc.integer({ min: 1, max: 86_400 }),
    timeout_seconds: fc.constant(1),
    target_id: label,
    sla_percent: fc.integer({ min: 1, max: 1_000_000 }).map((steps) => steps / 10_000),
    enabled: fc.boolean(),
    regions: fc.oneof(fc.constant("all"), fc.uniqueArray(region, { minLength: 1, maxLength: 5 })),
    expect: fc.constantFrom("open", "closed"),
    address_family: fc.constant("any"),
    alert,
    depends_on: fc.array(
      fc.oneof(
        label,
        label.map((id) => ({ target_id: id })),
      ),
      { maxLength: 3 },
    ),
    tags: fc.dictionary(fc.stringMatching(/^[a-z]{1,10}$/), fc.oneof(label, fc.constant(""))),
  },
  { requiredKeys: ["name", "host", "schedule_seconds"] },
);

function forEveryTask(check: (task: Task) => void): void {
  let taskCount = 0;
  const property = fc.property(rawTask, (raw) => {
    const { task } = parseTask(raw);
    if (task === undefined) return;
    taskCount++;
    check(task);
  });
  fc.assert(property, { numRuns: 300 });
  assert.ok(taskCount > 150, `only ${taskCount} tasks were valid`);
}

test("parseTask gives back what printTask printed", () => {
  forEveryTask((task) => assert.deepEqual(parseTask(printTask(task)).task, task));
});

test("parseTask gives back what printTask printed, through JSON", () => {
  forEveryTask((task) => {
    const stored: unknown = JSON.parse(JSON.stringify(printTask(task)));
    assert.deepEqual(parseTask(stored).task, task);
  });
});

test("parseTask gives back what printTask printed, through a DynamoDB item", () => {
  forEveryTask((task) => {
    const stored = unmarshall(marshall(printTask(task)));
    assert.deepEqual(parseTask(stored).task, task);
  });
});

test("printTask leaves defaults out", () => {
  const raw = { name: "t1", host: "EXAMPLE.com:443", schedule_seconds: 60 };
  const { task } = parseTask({ ...raw, enabled: true, regions: "all", tags: {}, alert: {} });
  assert.ok(task);
  assert.deepEqual(printTask(task), {
    name: "t1",
    type: "tcp",
    host: "example.com:443",
    schedule_seconds: 60,
    timeout_seconds: 5,
  });
});
