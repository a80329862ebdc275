import { strict as assert } from "node:assert";
import { test } from "node:test";
import { findWrongField, readableTask, storedForm } from "../../../shared/plan/bundle-task.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

interface Values {
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const TEXT: Values = { right: ["a", ""], wrong: [undefined, null, 7, true, ["a"], {}] };
const DURATION: Values = {
  right: [1, 60_000, Number.MAX_SAFE_INTEGER],
  wrong: [undefined, null, 0, -1, 1.5, "1", Number.NaN, Number.MAX_SAFE_INTEGER + 1],
};

const RECORD: Values = { right: [undefined, {}, { a: 1 }], wrong: [null, [], "a", 7] };

const FIELDS: Readonly<Record<keyof Task, Values>> = {
  name: TEXT,
  host: TEXT,
  needs: {
    right: [undefined, ["tls"], ["smtp", "tls"]],
    wrong: [null, [], "tls", [1], [""], ["tls", "smtp"], ["tls", "tls"]],
  },
  target: {
    right: [
      { hostname: "a", port: 0 },
      { hostname: "a", port: 65_535, later: 1 },
    ],
    wrong: [
      undefined,
      null,
      "a:1",
      [],
      {},
      { hostname: "a" },
      { port: 1 },
      { hostname: 7, port: 1 },
      { hostname: "a", port: -1 },
      { hostname: "a", port: 1.5 },
      { hostname: "a", port: "1" },
      Object.assign(["a"], { hostname: "a", port: 1 }),
    ],
  },
  scheduleMs: DURATION,
  timeoutMs: DURATION,
  targetId: { right: ["a", null], wrong: [undefined, 7, ["a"], {}] },
  enabled: { right: [true, false], wrong: [undefined, null, 0, 1, "true"] },
  regions: {
    right: ["all", [], ["a"], ["a", "b"]],
    wrong: [undefined, null, "a", {}, [1], ["a", 1], [1, "a"]],
  },
  expect: { right: ["open", "closed"], wrong: [undefined, null, "", "ajar"] },
  addressFamily: { right: ["any", "ipv4", "ipv6"], wrong: [undefined, null, "", "ipv5"] },
  alert: { right: [{}, { quorum: 2 }], wrong: [undefined, null, [], "a", 7] },
  tls: RECORD,
  greeting: { right: [undefined, "ssh"], wrong: [null, 7, {}, []] },
  dialogue: { right: [undefined, { steps: [] }], wrong: [null, 7, [], {}, { steps: ["a"] }] },
  hold: { right: [undefined, { holdMs: 1_000 }], wrong: [null, [], {}, { holdMs: "1" }] },
  retry: { right: [undefined, { maxAttempts: 2 }], wrong: [null, [], {}, { maxAttempts: -1 }] },
  rateLimit: { right: [undefined, "disabled", { bucketSize: 1 }], wrong: [null, "off", 7, []] },
  addressing: { right: [undefined, { mode: "any" }], wrong: [null, [], {}, { mode: "first" }] },
  phaseTimeouts: RECORD,
  tags: {
    right: [{}, { a: "b", c: "" }],
    wrong: [undefined, null, [], "a", 7, { a: 1 }, { a: "b", c: 1 }, { a: 1, c: "b" }],
  },
};

for (const [field, { right, wrong }] of Object.entries(FIELDS)) {
  test(`findWrongField takes any right ${field}`, () => {
    for (const value of right)
      assert.equal(findWrongField({ ...aTask("a"), [field]: value }), null, String(value));
  });

  test(`findWrongField names ${field} for each wrong value`, () => {
    for (const value of wrong)
      assert.equal(findWrongField({ ...aTask("a"), [field]: value }), field, String(value));
  });
}

test("findWrongField names the first field of what is no task", () => {
  for (const value of [undefined, null, 7, "a", [], {}])
    assert.equal(findWrongField(value), "name");
});

test("storedForm is null for a task that this version reads whole", () => {
  const task = aTask("a");
  assert.equal(readableTask(task), task);
  assert.equal(storedForm(task), null);
});

test("storedForm is the stored task if this version lacks one of its needs", () => {
  const stored = { ...aTask("a"), needs: ["something of tomorrow"], later: 1 };
  assert.equal(storedForm(readableTask(stored)), stored);
});

test("findWrongField checks every field if this version knows the task's needs", () => {
  const task = { ...aTask("a"), needs: ["tls"], target: "tls://a" };
  assert.equal(findWrongField(task, new Set(["tls"])), "target");
  assert.equal(findWrongField(task, new Set(["smtp"])), null);
});

test("readableTask gives a foreign task harmless values in the fields of a later shape", () => {
  const lasting = { ...aTask("a"), needs: ["something of tomorrow"], regions: ["eu-west-1"] };
  const stored = {
    ...lasting,
    target: "tls://a",
    timeoutMs: 0,
    targetId: 7,
    expect: "valid",
    addressFamily: "both",
    alert: null,
    tags: { a: 1 },
  };
  const foreign = readableTask(Object.assign({}, lasting, stored));
  assert.deepEqual(
    { ...foreign },
    {
      ...lasting,
      target: { hostname: "unsupported.invalid", port: 0 },
      timeoutMs: 1_000,
      targetId: null,
      expect: "open",
      addressFamily: "any",
      alert: {},
      tags: {},
      ...symbolsOf(foreign),
    },
  );
});

function symbolsOf(task: object): object {
  const symbols = Object.getOwnPropertySymbols(task);
  return Object.fromEntries(symbols.map((symbol) => [symbol, Reflect.get(task, symbol)]));
}
