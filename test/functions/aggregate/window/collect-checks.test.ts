import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  collectTasks,
  type ShardEvidence,
} from "../../../../functions/aggregate/window/collect-checks.ts";
import { windowFrom } from "../../../../functions/aggregate/window/read-window.ts";
import type { ClockReading } from "../../../../shared/clock/clock.ts";
import { bundleOf } from "../../../../shared/plan/plan.ts";
import {
  type LeaseRun,
  nominalSlots,
  phaseOf,
  SLOT_SLACK_MS,
  slotsOfTerm,
} from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { aFailure, aResult, aTask, QUIET_NOTES } from "../../../fakes/results.ts";
import { minute, NOON } from "../rig.ts";
import { planOf } from "./views.ts";

const TASK = aTask("a");
const SLOTS = nominalSlots(TASK, { staggerPermille: 0 }, windowFrom(NOON));
const OLD = [aTask("a", { host: "old:22" }), aTask("gone")];
const BUNDLES = new Map([
  ["new", bundleOf([TASK])],
  ["old", bundleOf(OLD)],
]);

function aRun(fromMin: number, toMin: number, bundle = "new"): LeaseRun {
  return { fromMs: minute(fromMin), toMs: minute(toMin), bundle, staggerPermille: 0 };
}

function aShard(runs: readonly LeaseRun[], different: Partial<ShardEvidence> = {}): ShardEvidence {
  const lease = { claimedToMs: runs.at(-1)?.toMs ?? 0, runs };
  return { shard: 0, lease, planned: null, bundles: BUNDLES, chunks: [], ...different };
}

function aChunk(part: number, results: readonly ReturnType<typeof aResult>[], bundle = "new") {
  return { shard: 0, part, bundle, termFromMs: NOON, notes: QUIET_NOTES, results };
}

function collect(...shards: readonly ShardEvidence[]) {
  return collectTasks(shards, windowFrom(NOON));
}

const RUNS: readonly {
  readonly what: string;
  readonly runs: readonly LeaseRun[];
  readonly expected: number;
  readonly covered: boolean;
}[] = [
  { what: "a run over it", runs: [aRun(-5, 5)], expected: 4, covered: true },
  { what: "a run of just the window", runs: [aRun(0, 1)], expected: 4, covered: true },
  { what: "a run that ended before", runs: [aRun(-5, 0)], expected: 4, covered: false },
  { what: "a run that ends within", runs: [aRun(-5, 0.5)], expected: 4, covered: false },
  { what: "a gap within", runs: [aRun(-5, 0.25), aRun(0.75, 5)], expected: 4, covered: false },
  { what: "two runs in a row", runs: [aRun(-5, 0.5), aRun(0.5, 5)], expected: 4, covered: true },
  { what: "a first run within", runs: [aRun(0.5, 5)], expected: 2, covered: false },
];

for (const { what, runs, expected, covered } of RUNS) {
  test(`collectTasks expects ${expected} of 4 slots in a window with ${what}`, () => {
    const reading = collect(aShard(runs)).get("a");
    assert.equal(reading?.expectedCount, expected);
    assert.equal(reading.covered, covered);
  });
}

test("collectTasks has no task in a window before the lease's first run", () => {
  assert.equal(collect(aShard([aRun(1, 5)])).size, 0);
});

test("collectTasks takes one check a slot: of the lowest shard, then of the lowest part", () => {
  const at = SLOTS[1] ?? 0;
  const times = (ms: number) => aResult({ slotAtMs: at, connectTimeMs: ms });
  const first = aShard([aRun(-5, 5)], { chunks: [aChunk(0, [times(1)]), aChunk(1, [times(2)])] });
  const second = { ...first, shard: 1, chunks: [aChunk(0, [times(3)])] };
  const reading = collect(first, second).get("a");
  assert.deepEqual(
    reading?.checks.map(({ connectTimeMs }) => connectTimeMs),
    [1],
  );
  assert.equal(reading.expectedCount, 4);
});

const ORDERS: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
  [1, 3, 0, 2],
  [2, 0, 3, 1],
];

for (const order of ORDERS) {
  test(`collectTasks puts checks in order of their slots when chunks have slots ${order.join(", ")}`, () => {
    const results = order.map((i) => aResult({ slotAtMs: SLOTS[i] ?? 0 }));
    const chunks = results.map((result, part) => aChunk(part, [result]));
    const reading = collect(aShard([aRun(-5, 5)], { chunks })).get("a");
    assert.deepEqual(
      reading?.checks.map(({ slotAtMs }) => slotAtMs),
      SLOTS,
    );
    assert.equal(reading.waitsUntilMs, null);
  });
}

test("collectTasks leaves out checks of other windows and of tasks that the bundle lacks", () => {
  const results = [
    aResult({ slotAtMs: NOON - 1 }),
    aResult({ slotAtMs: minute(1) }),
    aResult({ slotAtMs: NOON, taskIndex: 7 }),
  ];
  const reading = collect(aShard([aRun(-5, 5)], { chunks: [aChunk(0, results)] }));
  assert.deepEqual([...reading.keys()], ["a"]);
  assert.deepEqual(reading.get("a")?.checks, []);
});

test("collectTasks counts no recheck as the check of a slot", () => {
  const results = [
    aFailure({ slotAtMs: SLOTS[0] ?? 0 }),
    aFailure({ slotAtMs: (SLOTS[0] ?? 0) + 5_000, recheck: true }),
    aResult({ slotAtMs: SLOTS[1] ?? 0, recheck: true }),
  ];
  const reading = collect(aShard([aRun(-5, 5)], { chunks: [aChunk(0, results)] })).get("a");
  assert.deepEqual(
    reading?.checks.map(({ slotAtMs }) => slotAtMs),
    SLOTS.slice(0, 1),
  );
  assert.equal(reading?.expectedCount, 4);
});

test("collectTasks takes the newest definition of a task, and names samples by their own bundle", () => {
  const shard = aShard([aRun(-5, 0.5, "old"), aRun(0.5, 5)], {
    chunks: [aChunk(0, [aFailure({ slotAtMs: NOON, taskIndex: 1 })], "old")],
  });
  const readings = collect(shard);
  assert.equal(readings.get("a")?.task.host, TASK.host);
  assert.deepEqual(
    readings.get("gone")?.checks.map(({ errorKind }) => errorKind),
    ["refused"],
  );
});

test("collectTasks does not trust the time of a suspect check", () => {
  const results = [aResult({ slotAtMs: SLOTS[0] ?? 0, suspect: true })];
  const [check] =
    collect(aShard([aRun(-5, 5)], { chunks: [aChunk(0, results)] })).get("a")?.checks ?? [];
  assert.equal(check?.connectTimeMs, null);
  assert.equal(check?.verdict, "passed");
});

test("collectTasks says whose SYN was sent again", () => {
  const results = [aResult({ slotAtMs: SLOTS[0] ?? 0, connectTimeMs: 1_010, synRetransmits: 1 })];
  const [check] =
    collect(aShard([aRun(-5, 5)], { chunks: [aChunk(0, results)] })).get("a")?.checks ?? [];
  assert.deepEqual([check?.connectTimeMs, check?.synRetransmits], [1_010, 1]);
});

for (const outcome of ["internal", "unsupported"] as const) {
  test(`collectTasks takes no time from a check that ended ${outcome}, whatever time it has`, () => {
    const results = [aResult({ slotAtMs: SLOTS[0] ?? 0, outcome })];
    const [check] =
      collect(aShard([aRun(-5, 5)], { chunks: [aChunk(0, results)] })).get("a")?.checks ?? [];
    assert.equal(check?.connectTimeMs, null);
    assert.equal(check?.verdict, "uncounted");
  });
}

test("collectTasks counts what was reported before the lease's history begins", () => {
  const results = SLOTS.map((slotAtMs) => aResult({ slotAtMs }));
  const shard = aShard([aRun(600, 605)], { chunks: [aChunk(0, results)] });
  assert.equal(collect(shard).get("a")?.expectedCount, 4);
});

test("collectTasks expects no slot of a task that the plan has moved away from a shard that stands still", () => {
  const stood = [aRun(-5, 0, "old")];
  const names = (planned: readonly string[]) => [
    ...collect(aShard(stood, { planned: planOf(...planned) })).keys(),
  ];
  assert.deepEqual(names(["a", "gone"]), ["a", "gone"]);
  assert.deepEqual(names(["a"]), ["a"]);
});

test("collectTasks joins two shards if a task has moved from one to the other", () => {
  const before = aShard([aRun(-5, 0.5, "old")], { planned: planOf() });
  const after = { ...aShard([aRun(0.5, 5)], { planned: planOf("a") }), shard: 1 };
  const reading = collect(before, after).get("a");
  assert.equal(reading?.expectedCount, 4);
  assert.equal(reading.covered, true);
});

test("collectTasks waits for the last claimed slot as long as its check and flush may take", () => {
  const patient: Task = aTask("a", { timeoutMs: 10_000 });
  const bundles = new Map([["new", bundleOf([patient])]]);
  const last = SLOTS[3] ?? 0;
  const waits = collect(aShard([aRun(-5, 5)], { bundles })).get("a")?.waitsUntilMs;
  assert.equal(waits, last + SLOT_SLACK_MS + 20_000 + 20_000);
  const unclaimed = collect(aShard([aRun(-5, 0)], { bundles })).get("a")?.waitsUntilMs;
  assert.equal(unclaimed, null);
});

test("collectTasks waits for the retries of a check until the next slot", () => {
  const retry = {
    ...{ maxAttempts: 3, initialBackoffMs: 100, multiplier: 2 },
    ...{ maxBackoffMs: 30_000, jitter: 0.1 },
  };
  const retried: Task = aTask("a", { timeoutMs: 10_000, retry, needs: ["retry"] });
  const bundles = new Map([["new", bundleOf([retried])]]);
  const last = SLOTS[3] ?? 0;
  const waits = collect(aShard([aRun(-5, 5)], { bundles })).get("a")?.waitsUntilMs;
  assert.equal(waits, last + SLOT_SLACK_MS + 10_000 + retried.scheduleMs + 20_000);
});

test("collectTasks counts a check at an instant in the one window that begins at or before it", () => {
  const edges = [NOON - 1, NOON, minute(1) - 1, minute(1)];
  const results = edges.map((slotAtMs) => aResult({ slotAtMs }));
  const shard = aShard([aRun(-5, 5)], { chunks: [aChunk(0, results)] });
  const slotsOf = (startMs: number) =>
    collectTasks([shard], windowFrom(startMs))
      .get("a")
      ?.checks.map(({ slotAtMs }) => slotAtMs);
  assert.deepEqual(slotsOf(minute(-1)), [NOON - 1]);
  assert.deepEqual(slotsOf(NOON), [NOON, minute(1) - 1]);
  assert.deepEqual(slotsOf(minute(1)), [minute(1)]);
});

/** A task whose nominal slots fall on whole minutes. */
function onTheMinute(scheduleMs: number): Task {
  for (let i = 0; i < 50 * scheduleMs; i++) {
    const task = aTask(`task ${i}`, { scheduleMs });
    if (phaseOf(task, { staggerPermille: 0 }) === 0) return task;
  }
  return assert.fail("no name has the phase 0");
}

for (const isClaimed of [true, false]) {
  const how = isClaimed ? "claimed" : "unclaimed";
  test(`collectTasks expects ${how} slots on the edges of windows once each`, () => {
    const task = onTheMinute(1_000);
    const bundles = new Map([["new", bundleOf([task])]]);
    const shard = aShard([isClaimed ? aRun(-5, 5) : aRun(-5, -1)], { bundles });
    const counts = [-1, 0, 1].map(
      (at) => collectTasks([shard], windowFrom(minute(at))).get(task.name)?.expectedCount,
    );
    assert.deepEqual(counts, [60, 60, 60]);
  });
}

test("collectTasks covers no window in which 1 ms was not claimed", () => {
  const gap = (fromMs: number, toMs: number): LeaseRun[] => [
    { ...aRun(-5, 0), toMs: fromMs },
    { ...aRun(0, 5), fromMs: toMs },
  ];
  const coveredWith = (runs: readonly LeaseRun[]) => collect(aShard(runs)).get("a")?.covered;
  assert.equal(coveredWith(gap(NOON + 7, NOON + 8)), false);
  assert.equal(coveredWith(gap(NOON - 1, NOON)), true, "the gap is before the window");
  assert.equal(coveredWith(gap(NOON, NOON + 1)), false);
  assert.equal(coveredWith([{ ...aRun(-5, 1), toMs: minute(1) - 1 }]), false);
  assert.equal(coveredWith([{ ...aRun(-5, 1), toMs: minute(1) }]), true);
});

test("collectTasks joins the claims of shards in any order, also if one contains another", () => {
  const shards = [aRun(0.5, 5), aRun(-5, 0.75), aRun(0.25, 0.5)].map((run) => aShard([run]));
  assert.equal(collect(...shards).get("a")?.covered, true);
  assert.equal(collect(...shards.toReversed()).get("a")?.covered, true);
});

test("collectTasks covers a window if a claim ends earlier than one that began before it", () => {
  const outer = aShard([aRun(0, 1)]);
  const inner = { ...aShard([aRun(0.25, 0.5)]), shard: 1 };
  assert.equal(collect(outer, inner).get("a")?.covered, true);
  assert.equal(collect(inner, outer).get("a")?.covered, true);
});

test("collectTasks defines a task that only chunks name at the beginning of their lease term", () => {
  const results = [aFailure({ slotAtMs: NOON + 5_000, taskIndex: 1 })];
  const chunk = { ...aChunk(0, results, "old"), termFromMs: NOON - 20_000 };
  const reading = collect(aShard([aRun(-5, 5)], { chunks: [chunk] })).get("gone");
  assert.equal(reading?.definedAtMs, NOON - 20_000);
  assert.deepEqual([reading.covered, reading.expectedCount], [false, 1]);
});

test("collectTasks keeps the definition of a run, whatever chunks its terms have", () => {
  const results = [aFailure({ slotAtMs: NOON + 5_000 })];
  const chunk = { ...aChunk(0, results, "old"), termFromMs: NOON - 20_000 };
  const reading = collect(aShard([aRun(-5, 5)], { chunks: [chunk] })).get("a");
  assert.deepEqual([reading?.task.host, reading?.definedAtMs], [TASK.host, minute(-5)]);
});

test("collectTasks expects the slots of a gap as its last run's stagger places them", () => {
  const task = aTask("a", { scheduleMs: 120_000 });
  const bundles = new Map([["new", bundleOf([task])]]);
  const expectedWith = (staggerPermille: number, startMs: number) => {
    const stood = [{ ...aRun(-15, -10), staggerPermille }];
    const readings = collectTasks([aShard(stood, { bundles })], windowFrom(startMs));
    return readings.get(task.name)?.expectedCount;
  };
  assert.deepEqual([expectedWith(0, NOON), expectedWith(0, minute(1))], [1, 0]);
  assert.deepEqual([expectedWith(500, NOON), expectedWith(500, minute(1))], [0, 1]);
});

test("collectTasks keeps a task's definition if a later shard has an older one", () => {
  const newer = aShard([aRun(-1, 5)]);
  const older = { ...aShard([aRun(-5, 5, "old")]), shard: 1 };
  for (const shards of [
    [newer, older],
    [older, newer],
  ]) {
    const reading = collect(...shards).get("a");
    assert.deepEqual([reading?.task.host, reading?.definedAtMs], [TASK.host, minute(-1)]);
  }
});

test("collectTasks takes the definition that was first read if two began at the same time", () => {
  const reading = collect(aShard([aRun(-5, 5)]), aShard([aRun(-5, 5, "old")])).get("a");
  assert.equal(reading?.task.host, TASK.host);
});

test("collectTasks has no task of a shard without a lease or without its bundle", () => {
  assert.equal(collect(aShard([aRun(-5, 5)], { lease: null })).size, 0);
  const chunks = [aChunk(0, [aResult({ slotAtMs: NOON })])];
  assert.equal(collect(aShard([aRun(-5, 5)], { bundles: new Map(), chunks })).size, 0);
});

const EVERY_MINUTE = aTask("m", { scheduleMs: MINUTE_MS });

/** The share of the term from noon on after which the nominal slot of `EVERY_MINUTE` comes. */
const NOMINAL_MS =
  (nominalSlots(EVERY_MINUTE, { staggerPermille: 0 }, windowFrom(NOON))[0] ?? 0) - NOON;

function collectMinutely(runs: readonly LeaseRun[], slots: readonly (readonly [number, number])[]) {
  const chunks = slots.map(([termFromMs, slotAtMs], part) => ({
    ...aChunk(part, [aResult({ slotAtMs })]),
    termFromMs,
  }));
  const bundles = new Map([["new", bundleOf([EVERY_MINUTE])]]);
  return collect(aShard(runs, { bundles, chunks })).get("m");
}

test("collectTasks counts a slot of a minute once if its term was cut before its nominal slot", () => {
  assert.ok(NOMINAL_MS > 12_000, "the term can be cut between the check and the nominal slot");
  const cutMs = NOON + 12_000;
  const before = { ...aRun(0, 1), toMs: cutMs };
  const after = { ...aRun(0, 1), fromMs: cutMs, toMs: cutMs + MINUTE_MS };
  const [early = 0] = slotsOfTerm(EVERY_MINUTE, { staggerPermille: 0 }, windowFrom(NOON));
  const again = early - NOON + cutMs;
  const reading = collectMinutely(
    [before, after],
    [
      [NOON, early],
      [cutMs, again],
    ],
  );
  assert.equal(reading?.expectedCount, 1);
  assert.deepEqual(
    reading.checks.map(({ slotAtMs }) => slotAtMs),
    [again],
  );
});

test("collectTasks takes nothing of a term behind its cut, where its time comes again", () => {
  const [first = 0, second = 0] = SLOTS;
  const cutMs = first + 1;
  const before = { ...aRun(0, 1), toMs: cutMs };
  const after = { ...aRun(0, 1), fromMs: cutMs, toMs: cutMs + MINUTE_MS };
  const old = aChunk(0, [aFailure({ slotAtMs: first }), aFailure({ slotAtMs: second })]);
  const next = { ...aChunk(0, [aResult({ slotAtMs: second })]), termFromMs: cutMs };
  const reading = collect(aShard([before, after], { chunks: [old, next] })).get("a");
  assert.deepEqual(
    reading?.checks.map(({ slotAtMs, verdict }) => [slotAtMs, verdict]),
    [
      [first, "failed"],
      [second, "passed"],
    ],
  );
});

/** What a probe knows whose clock must be set forward by so much. */
function clockOf(offsetMs: number): ClockReading {
  const figures = { offsetMs, stabilityMs: 0, jitterMs: 0, roundTripMs: 1 };
  return { askedCount: 3, answeredCount: 3, figures };
}

function withClock(chunk: ReturnType<typeof aChunk>, offsetMs: number) {
  return { ...chunk, notes: { ...chunk.notes, clock: clockOf(offsetMs) } };
}

for (const [offsetMs, thresholdMs, isUsed] of [
  [1_000, undefined, true],
  [-1_000, undefined, true],
  [1_001, undefined, false],
  [-1_001, undefined, false],
  [1_001, 2_000, true],
  [251, 250, false],
] as const)
  test(`collectTasks ${isUsed ? "uses" : "leaves out"} times by a clock that is ${offsetMs} ms off, with a threshold of ${thresholdMs}`, () => {
    const results = SLOTS.map((slotAtMs) => aResult({ slotAtMs, connectTimeMs: 12 }));
    const shard = aShard([aRun(0, 1)], { chunks: [withClock(aChunk(0, results), offsetMs)] });
    const reading = collectTasks([shard], windowFrom(NOON), { clockThresholdMs: thresholdMs }).get(
      "a",
    );
    assert.equal(reading?.checks.length, 4);
    for (const { verdict, connectTimeMs } of reading.checks)
      assert.deepEqual([verdict, connectTimeMs], ["passed", isUsed ? 12 : null]);
  });

test("collectTasks takes what failed by a wrong clock for a failure, and the other chunks as they are", () => {
  const [first = 0, second = 0] = SLOTS;
  const off = withClock(aChunk(0, [aFailure({ slotAtMs: first })]), 10_000);
  const right = withClock(aChunk(1, [aResult({ slotAtMs: second, connectTimeMs: 12 })]), 3);
  const reading = collect(aShard([aRun(0, 1)], { chunks: [off, right] })).get("a");
  assert.deepEqual(
    reading?.checks.map(({ verdict, connectTimeMs }) => [verdict, connectTimeMs]),
    [
      ["failed", null],
      ["passed", 12],
    ],
  );
});
