import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import {
  type CheckRequest,
  type Hint,
  isFresh,
  parseCheckRequest,
  parseHint,
  printCheckRequest,
  printHint,
} from "../../../shared/request/request.ts";
import { aTask } from "../../fakes/results.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const HINT: Hint = { region: "eu-west-1", shard: 0, atMs: NOON };
const REQUEST: CheckRequest = { id: "r1", shard: 2, taskNames: ["a", "b"], atMs: NOON };

const anInstant = fc.integer({ min: 0, max: 2 ** 45 });
const PLAIN = { noNullPrototype: true } as const;
const aShard = fc.nat(63);

function throughJson(event: object): unknown {
  return JSON.parse(JSON.stringify(event));
}

test("parseHint reads what printHint wrote", () => {
  const region = fc.constantFrom("eu-west-1", "a", "us-east-1");
  const aHint = fc.record({ region, shard: aShard, atMs: anInstant }, PLAIN);
  fc.assert(
    fc.property(aHint, (hint) => {
      assert.deepEqual(parseHint(throughJson(printHint(hint))), hint);
    }),
  );
});

test("parseCheckRequest reads what printCheckRequest wrote", () => {
  const taskNames = fc.array(fc.string());
  const aRequest = fc.record({ id: fc.string(), shard: aShard, taskNames, atMs: anInstant }, PLAIN);
  fc.assert(
    fc.property(aRequest, (request) => {
      assert.deepEqual(parseCheckRequest(throughJson(printCheckRequest(request))), request);
    }),
  );
});

test("the events have their form for every version", () => {
  assert.deepEqual(printHint(HINT), { hint: { region: "eu-west-1", shard: 0, at_ms: NOON } });
  assert.deepEqual(printCheckRequest(REQUEST), {
    request: { id: "r1", shard: 2, task_names: ["a", "b"], at_ms: NOON },
  });
});

test("parseHint reads what turned, and leaves it out unless it can be read in whole", () => {
  const turns = [
    { task: aTask("a"), isDown: true },
    { task: aTask("b", { alert: { quorum: 2 } }), isDown: false },
  ];
  assert.deepEqual(parseHint(throughJson(printHint({ ...HINT, turns }))), { ...HINT, turns });
  const odd: readonly (readonly object[])[] = [
    [],
    [{ task: aTask("a") }],
    [{ task: { ...aTask("a"), scheduleMs: 0 }, down: true }],
    [{ task: { ...aTask("a"), needs: ["the future"] }, down: true }],
    Array.from({ length: 21 }, () => ({ task: aTask("a"), down: true })),
  ];
  for (const one of odd) {
    const event = { hint: { region: HINT.region, shard: 0, at_ms: NOON, turns: one } };
    assert.deepEqual(parseHint(event), HINT);
  }
});

test("parseHint and parseCheckRequest do not look at fields that a later version adds", () => {
  const hint = { hint: { region: "eu-west-1", shard: 0, at_ms: NOON, task: "a" }, other: 1 };
  assert.deepEqual(parseHint(hint), HINT);
  const request = { id: "r1", shard: 2, task_names: ["a", "b"], at_ms: NOON, why: "doubt" };
  assert.deepEqual(parseCheckRequest({ request }), REQUEST);
});

test("parseHint and parseCheckRequest return null for the event of a schedule", () => {
  for (const event of [{}, { shard: 0 }, null, undefined, "text", 7, []]) {
    assert.equal(parseHint(event), null);
    assert.equal(parseCheckRequest(event), null);
  }
  assert.equal(parseHint(printCheckRequest(REQUEST)), null);
  assert.equal(parseCheckRequest(printHint(HINT)), null);
});

const ODD_HINTS: readonly unknown[] = [
  { region: "", shard: 0, at_ms: NOON },
  { shard: 0, at_ms: NOON },
  { region: "eu-west-1", shard: -1, at_ms: NOON },
  { region: "eu-west-1", shard: 0.5, at_ms: NOON },
  { region: "eu-west-1", shard: 0, at_ms: "noon" },
  { region: "eu-west-1", shard: 0 },
  null,
  "now",
];

for (const hint of ODD_HINTS) {
  test(`parseHint throws for ${JSON.stringify(hint)}`, () => {
    assert.throws(() => parseHint({ hint }), {
      message: `The event must be { "hint": { "region": <name>, "shard": <whole number>, "at_ms": <instant> } }, is ${JSON.stringify({ hint })}`,
    });
  });
}

const ODD_REQUESTS: readonly unknown[] = [
  { id: 1, shard: 0, task_names: [], at_ms: NOON },
  { id: "r", shard: "0", task_names: [], at_ms: NOON },
  { id: "r", shard: 0, task_names: "a", at_ms: NOON },
  { id: "r", shard: 0, task_names: ["a", 1], at_ms: NOON },
  { id: "r", shard: 0, task_names: ["a"] },
  false,
];

for (const request of ODD_REQUESTS) {
  test(`parseCheckRequest throws for ${JSON.stringify(request)}`, () => {
    assert.throws(() => parseCheckRequest({ request }), {
      message: `The event must be { "request": { "id": <text>, "shard": <whole number>, "task_names": <texts>, "at_ms": <instant> } }, is ${JSON.stringify({ request })}`,
    });
  });
}

test("isFresh holds for half a minute on either side", () => {
  for (const [ageMs, fresh] of [
    [0, true],
    [30_000, true],
    [30_001, false],
    [-30_000, true],
    [-30_001, false],
  ] as const) {
    assert.equal(isFresh(REQUEST, NOON + ageMs), fresh, String(ageMs));
  }
});
