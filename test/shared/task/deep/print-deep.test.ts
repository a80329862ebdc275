import assert from "node:assert/strict";
import { test } from "node:test";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { problemSentence } from "../../../../shared/input/input.ts";
import { bundleOf, decodeBundle, encodeBundle } from "../../../../shared/plan/plan.ts";
import { parseTask, printTask, type Task } from "../../../../shared/task/task.ts";
import { printTaskFile, readTaskFile } from "../../../../shared/task-file/task-file.ts";
import { rawDeep } from "./arbitrary-deep.ts";

const PLAIN = { name: "t", host: "example.com:443", schedule_seconds: 60, timeout_seconds: 10 };

function forEveryDeepTask(check: (task: Task) => void): void {
  const seen = { tasks: 0, fields: new Set<string>() };
  const property = fc.property(rawDeep, (deep) => {
    const { task } = parseTask({ ...PLAIN, ...deep });
    if (task === undefined) return;
    seen.tasks++;
    for (const field of Object.keys(task)) seen.fields.add(field);
    check(task);
  });
  fc.assert(property, { numRuns: 400 });
  assert.ok(seen.tasks > 150, `only ${seen.tasks} tasks were valid`);
  assert.equal(seen.fields.size, 12 + 9, [...seen.fields].join(" "));
}

test("parseTask gives back what printTask printed of a deep task", () => {
  forEveryDeepTask((task) => assert.deepEqual(parseTask(printTask(task)).task, task));
});

test("parseTask gives back a deep task through a DynamoDB item", () => {
  forEveryDeepTask((task) =>
    assert.deepEqual(parseTask(unmarshall(marshall(printTask(task)))).task, task),
  );
});

const FORMATS = ["toml", "yaml", "json"] as const;

for (const format of FORMATS) {
  test(`readTaskFile gives back a deep task through ${format.toUpperCase()}`, () => {
    forEveryDeepTask((task) => {
      const text = printTaskFile({ tasks: [{ ...printTask(task) }], settings: [] }, format);
      const { tasks, problems } = readTaskFile(`tasks.${format}`, text);
      assert.deepEqual(problems.map(problemSentence), []);
      assert.deepEqual(tasks, [task]);
    });
  });
}

test("decodeBundle gives back what encodeBundle wrote of a deep task", () => {
  forEveryDeepTask((task) => {
    const { bytes, hash } = encodeBundle(bundleOf([task]));
    assert.deepEqual(decodeBundle(bytes, hash).tasks, [task]);
  });
});

const PRINTED: readonly (readonly [given: object, printed: object])[] = [
  [{ tls: true }, { tls: true }],
  [{ tls: { mode: "verified", verify: "subject_alt_name" } }, { tls: true }],
  [{ tls: false }, {}],
  [{ tls: { mode: "none" } }, {}],
  [{ tls: { mode: "development", starttls: "smtp" } }, {}],
  [{ tls: { mode: "legacy" } }, {}],
  [{ tls: { server_name: "EXAMPLE.org." } }, { tls: { server_name: "example.org" } }],
  [{ tls: { min_version: 1 } }, { tls: { min_version: "1.0" } }],
  [{ dialogue: [{ starttls: true }] }, { tls: true, dialogue: [{ starttls: true }] }],
  [{ rate_limit: "default", address_mode: "first", retry: { max_attempts: 1 } }, {}],
  [{ rate_limit: { bucket_size: 50, refill_rate: 25 } }, { rate_limit: "aggressive" }],
  [
    { rate_limit: { bucket_size: 100, refill_rate: 50 } },
    { rate_limit: { bucket_size: 100, refill_rate: 50 } },
  ],
  [{ retry: { max_attempts: 3, jitter: 0.1, multiplier: 2 } }, { retry: { max_attempts: 3 } }],
  [{ address_mode: "each", addresses_required: "all" }, { address_mode: "each" }],
  [
    { hold_seconds: 10, keepalive: { tcp: true, every_seconds: 30 } },
    { hold_seconds: 10, keepalive: "tcp" },
  ],
  [
    { greeting: "smtp", reconnect_on: { hex: "4D4f0d0A" }, max_reconnects: 3 },
    { greeting: "smtp", reconnect_on: "MO\\r\\n" },
  ],
  [
    { greeting: "mysql", reconnect_on: { hex: "FF00" }, max_reconnects: 1 },
    { greeting: "mysql", reconnect_on: { hex: "ff00" }, max_reconnects: 1 },
  ],
];

for (const [given, printed] of PRINTED) {
  test(`printTask prints ${JSON.stringify(given)} as ${JSON.stringify(printed)}`, () => {
    const { task, problems } = parseTask({ ...PLAIN, ...given });
    assert.deepEqual(problems, undefined);
    assert.ok(task);
    assert.deepEqual(printTask(task), { ...PLAIN, type: "tcp", ...printed });
  });
}

test("parseTask gives a task that asks for nothing more exactly the fields of a plain one", () => {
  const { task } = parseTask({
    ...PLAIN,
    tls: false,
    rate_limit: "default",
    address_mode: "first",
  });
  assert.deepEqual(task, parseTask(PLAIN).task);
  assert.equal(JSON.stringify(task), JSON.stringify(parseTask(PLAIN).task));
});
