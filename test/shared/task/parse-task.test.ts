import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { problemSentence } from "../../../shared/input/input.ts";
import { parseTask } from "../../../shared/task/parse-task.ts";
import type { Task } from "../../../shared/task/task-type.ts";

const least = { name: "t1", host: "example.com:443", schedule_seconds: 60 };

function parsed(raw: unknown): Task {
  const { task, problems } = parseTask(raw);
  assert.deepEqual(problems ?? [], []);
  assert.ok(task);
  return task;
}

function sentences(raw: unknown, context = {}): string[] {
  return (parseTask(raw, context).problems ?? []).map(problemSentence);
}

test("parseTask fills every default", () => {
  assert.deepEqual(parsed(least), {
    name: "t1",
    target: { hostname: "example.com", port: 443 },
    host: "example.com:443",
    scheduleMs: 60_000,
    timeoutMs: 5_000,
    targetId: null,
    enabled: true,
    regions: "all",
    expect: "open",
    addressFamily: "any",
    alert: {},
    tags: {},
  });
});

test("parseTask reads names without the blanks at their ends", () => {
  const raw = { name: " a b ", host: "a.example:22", schedule_seconds: 60, target_id: "g " };
  const { name, targetId } = parsed(raw);
  assert.deepEqual([name, targetId], ["a b", "g"]);
});

test("parseTask reads every field", () => {
  const raw = {
    name: "Datenbank 🗄",
    type: "tcp",
    host: "[2001:DB8::1]",
    port: 5432,
    url: "tcp://[2001:db8:0::1]:5432/",
    schedule_seconds: 10,
    timeout_seconds: 3,
    timeout: 2,
    target_id: "postgres-primary",
    enabled: false,
    regions: ["us-east-1", "eu-west-1"],
    expect: "closed",
    address_family: "ipv6",
    alert: {
      warning: { avg_connect_time_ms: 12.5, failure_percent: 0, success_percent_of_expected: 100 },
      critical: { no_success_minutes: false },
      failure_threshold: 5,
      success_threshold: 1,
      failures: "3 of 5",
      recheck_seconds: [5, 20],
      quorum: 2,
      min_reporting: 2,
      latency_scope: "each",
      no_data_windows: 3,
    },
    tags: { team: "data", empty: "" },
  };
  assert.deepEqual(parsed(raw), {
    name: "Datenbank 🗄",
    target: { hostname: "2001:db8::1", port: 5432 },
    host: "[2001:db8::1]:5432",
    scheduleMs: 10_000,
    timeoutMs: 2_000,
    targetId: "postgres-primary",
    enabled: false,
    regions: ["eu-west-1", "us-east-1"],
    expect: "closed",
    addressFamily: "ipv6",
    alert: {
      warning: { avgConnectTimeMs: 12.5, failurePercent: 0, successPercentOfExpected: 100 },
      critical: { noSuccessMinutes: false },
      failureThreshold: 5,
      successThreshold: 1,
      failures: { failed: 3, of: 5 },
      recheckSeconds: [5, 20],
      quorum: 2,
      minReporting: 2,
      latencyScope: "each",
      noDataWindows: 3,
    },
    tags: { team: "data", empty: "" },
  });
});

const timeouts: readonly [fields: object, timeoutMs: number][] = [
  [{ schedule_seconds: 1 }, 1_000],
  [{ schedule_seconds: 3 }, 3_000],
  [{ schedule_seconds: 86_400 }, 5_000],
  [{ timeout_seconds: 60 }, 60_000],
  [{ timeout: 1 }, 1_000],
  [{ timeout_seconds: 10, timeout: 20 }, 20_000],
  [{ schedule_seconds: 3600, timeout_seconds: 60 }, 60_000],
];

for (const [fields, timeoutMs] of timeouts) {
  test(`parseTask times out after ${timeoutMs} ms with ${JSON.stringify(fields)}`, () => {
    assert.equal(parsed({ ...least, ...fields }).timeoutMs, timeoutMs);
  });
}

const targets: readonly [fields: object, host: string][] = [
  [{ host: "EXAMPLE.com:22" }, "example.com:22"],
  [{ host: "example.com", port: 22 }, "example.com:22"],
  [{ host: "Example.com.:22", url: "tcp://example.com:22" }, "example.com:22"],
  [{ host: "example.com:22", port: 22 }, "example.com:22"],
  [{ host: "[::1]", port: 22 }, "[::1]:22"],
  [{ host: "::1", port: 22 }, "[::1]:22"],
  [{ host: "2001:db8::1:443", port: 22 }, "[2001:db8::1:443]:22"],
  [{ host: undefined, url: "tcp://example.com:22" }, "example.com:22"],
  [{ host: undefined, url: "TCP://[2001:db8::1]:22/" }, "[2001:db8::1]:22"],
  [{ host: undefined, url: "tcp://example.com", port: 22 }, "example.com:22"],
  [{ host: "db.example.com", port: 5432, url: "tcp://db.example.com:5432" }, "db.example.com:5432"],
];

for (const [fields, host] of targets) {
  test(`parseTask finds ${host} in ${JSON.stringify(fields)}`, () => {
    assert.equal(parsed({ ...least, ...fields }).host, host);
  });
}

test("parseTask sorts the regions of a DynamoDB string set", () => {
  const regions = new Set(["us-east-1", "eu-west-1"]);
  assert.deepEqual(parsed({ ...least, regions }).regions, ["eu-west-1", "us-east-1"]);
});

test("parseTask does not read what Object.prototype was given", (t) => {
  Object.defineProperty(Object.prototype, "enabled", { value: false, configurable: true });
  t.after(() => Reflect.deleteProperty(Object.prototype, "enabled"));
  assert.equal(parsed(least).enabled, true);
});

test("parseTask refuses a region that the fleet does not have", () => {
  const raw = { ...least, regions: ["eu-west-1", "eu-wset-1"] };
  assert.deepEqual(sentences(raw, { knownRegions: ["eu-west-1", "us-east-1"] }), [
    'Task "t1": regions[1] must be "eu-west-1" or "us-east-1", is "eu-wset-1"',
  ]);
});

test("parseTask leaves empty alert tables out", () => {
  assert.deepEqual(parsed({ ...least, alert: { warning: {}, critical: {} } }).alert, {});
});

test("parseTask takes the schedule of its context only where there is none", () => {
  const { schedule_seconds: _, ...bare } = least;
  const context = { defaultScheduleSeconds: 30 };
  assert.equal(parseTask(bare, context).task?.scheduleMs, 30_000);
  assert.equal(parseTask(least, context).task?.scheduleMs, 60_000);
  assert.deepEqual(sentences({ ...least, schedule_seconds: 0 }, context), [
    'Task "t1": schedule_seconds must be 1 to 86400, is 0',
  ]);
});

test("parseTask reports all problems of a task together, with file and place", () => {
  const raw = { host: "example.com", schedule_seconds: 30, timeout_seconds: 95, hots: 1 };
  assert.deepEqual(sentences(raw, { file: "tasks.toml", position: 3 }), [
    "tasks.toml: Task #3: name is required",
    'tasks.toml: Task #3: host must end in a port, as in "example.com:443", is "example.com"',
    "tasks.toml: Task #3: timeout_seconds must be 1 to 30, is 95",
    'tasks.toml: Task #3: hots is not a field of a task (did you mean "host"?)',
  ]);
});

test("parseTask does not read fields from a prototype", () => {
  const raw = Object.create({ schedule_seconds: 60 }, Object.getOwnPropertyDescriptors(least));
  assert.deepEqual(sentences(raw), [
    `entry must be a table of fields, is ${JSON.stringify(least)}`,
  ]);
});

for (const raw of [undefined, null, 5, "t1", [], new Map(), new Date(0), Buffer.from("x")]) {
  test(`parseTask refuses ${Object.prototype.toString.call(raw)} as a task`, () => {
    assert.equal(parseTask(raw).problems?.length, 1);
  });
}

const anyValue = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
  withBoxedValues: true,
});

test("parseTask never throws, and gives a task or at least one problem", () => {
  const field = fc.constantFrom(
    ...["name", "type", "host", "port", "url", "schedule_seconds", "timeout_seconds", "timeout"],
    ...["target_id", "enabled", "regions", "expect", "address_family", "alert", "tags"],
  );
  const table = fc.dictionary(field, anyValue).map((odd) => ({ ...least, ...odd }));
  fc.assert(
    fc.property(fc.oneof(anyValue, table), (raw) => {
      const { task, problems } = parseTask(raw);
      assert.ok(task !== undefined || (problems?.length ?? 0) > 0);
      for (const problem of problems ?? []) problemSentence(problem);
    }),
    { numRuns: 500 },
  );
});
