import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import {
  type HomeStores,
  openHomeStores,
} from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import { FLEET_KEY } from "../../../../functions/adapters/dynamodb/fleet-record-store.ts";
import { historyKey } from "../../../../functions/adapters/dynamodb/history-store.ts";
import { PROGRESS_KEY, windowKey } from "../../../../functions/adapters/dynamodb/progress-store.ts";
import { stateKey } from "../../../../functions/adapters/dynamodb/state-store.ts";
import { encodeEvent } from "../../../../functions/adapters/dynamodb/stored-event.ts";
import type { BoardStore } from "../../../../functions/ports/board-store.ts";
import type {
  FleetRecord,
  FleetRecordStore,
} from "../../../../functions/ports/fleet-record-store.ts";
import type { HintStore } from "../../../../functions/ports/hint-store.ts";
import type { HistoryStore } from "../../../../functions/ports/history-store.ts";
import type { ProgressStore } from "../../../../functions/ports/progress-store.ts";
import type { RunLock } from "../../../../functions/ports/run-lock.ts";
import type { StateStore, TaskRecord } from "../../../../functions/ports/state-store.ts";
import type { SummaryStore } from "../../../../functions/ports/summary-store.ts";
import type { UnquietStore } from "../../../../functions/ports/unquiet-store.ts";
import { type BoardMinute, boardOf } from "../../../../shared/board/board.ts";
import { homeTableName } from "../../../../shared/contract.ts";
import type { OutgoingEvent } from "../../../../shared/event/event.ts";
import { INITIAL_FLEET } from "../../../../shared/fleet-health/fleet-health.ts";
import { INITIAL_STATE } from "../../../../shared/health/health.ts";
import {
  figuresOf,
  mergePeriod,
  type Summary,
  toSummaryItem,
} from "../../../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";
import {
  FakeBoardStore,
  FakeFleetRecordStore,
  FakeHintStore,
  FakeHistoryStore,
  FakePeriodStore,
  FakeProgressStore,
  FakeRollUpStore,
  FakeRunLock,
  FakeStateStore,
  FakeSummaryStore,
  FakeUnquietStore,
  replaceSummary,
} from "../../../fakes/home-stores.ts";
import { aTask } from "../../../fakes/results.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const KEEP_MS = 400 * DAY_MS;
const clock = { nowMs: NOON };
const now = () => clock.nowMs;

type Stores = Omit<HomeStores, "tasks" | "settings" | "statuses">;

function embeddedStores({ client }: Embedded): Stores {
  return openHomeStores({ client, fleet: "test", keepMs: KEEP_MS, now });
}

function fakeStores(): Stores {
  return {
    summaries: new FakeSummaryStore(),
    boards: new FakeBoardStore(),
    periods: new FakePeriodStore(),
    rollUp: new FakeRollUpStore(),
    lock: new FakeRunLock(),
    progress: new FakeProgressStore(),
    states: new FakeStateStore(),
    fleetRecord: new FakeFleetRecordStore(),
    unquiet: new FakeUnquietStore(),
    hints: new FakeHintStore(now),
    history: new FakeHistoryStore(),
  };
}

describe("fake home stores", () => testStores(fakeStores));

describe("DynamoDB home stores", () => {
  let embedded: Embedded;
  before(async () => {
    embedded = await startEmbedded();
  });
  after(() => embedded.close());
  testStores(() => embeddedStores(embedded));
  testExpiry(() => embedded);
});

function testStores(open: () => Stores): void {
  let stores: Stores;
  before(() => {
    clock.nowMs = NOON;
    stores = open();
  });
  testSummaries(() => stores.summaries);
  testBoards(() => stores.boards);
  testPeriods(() => stores);
  testLock(() => stores.lock);
  testProgress(() => stores.progress);
  testRecords(() => stores.states);
  testFleetRecord(() => stores.fleetRecord);
  testUnquiet(() => stores.unquiet);
  testHints(() => stores.hints);
  testHistory(() => stores.history);
}

function testUnquiet(store: () => UnquietStore): void {
  test("putUnquiet stores the list after the one that is stored, and no other", async () => {
    const none = { version: 0, window: null, taskNames: null };
    assert.deepEqual(await store().readUnquiet(), none);
    const window = { fromMs: NOON, toMs: NOON + 60_000 };
    const first = { version: 1, window, taskNames: ["a", "é"] };
    assert.equal(await store().putUnquiet(first), "stored");
    assert.equal(await store().putUnquiet(first), "stored", "a retry of the same");
    assert.deepEqual(await store().readUnquiet(), first);
    assert.equal(await store().putUnquiet({ ...first, taskNames: [] }), "lost");
    const none2 = { version: 2, window: null, taskNames: null };
    assert.equal(await store().putUnquiet({ ...none2, version: 3 }), "lost");
    assert.equal(await store().putUnquiet(none2), "stored");
    assert.deepEqual(await store().readUnquiet(), none2);
  });
}

function testHints(store: () => HintStore): void {
  test("readTurns gives the turns of the last five minutes, in the order in which they came", async () => {
    const hint = (region: string, name: string, isDown: boolean) =>
      store().noteHint({ region, shard: 1, turns: [{ task: aTask(name), isDown }] });
    assert.deepEqual(await store().readTurns(), []);
    await hint("eu-west-1", "a", true);
    clock.nowMs = NOON + 299_000;
    await hint("us-east-1", "b", true);
    clock.nowMs = NOON + 300_000;
    await hint("eu-west-1", "a", false);
    const turn = (region: string, taskName: string, isDown: boolean, atMs: number) => ({
      ...{ region, taskName, isDown, atMs: NOON + atMs },
    });
    assert.deepEqual(await store().readTurns(), [
      turn("eu-west-1", "a", true, 0),
      turn("us-east-1", "b", true, 299_000),
      turn("eu-west-1", "a", false, 300_000),
    ]);
    clock.nowMs = NOON + 900_000;
    assert.deepEqual(await store().readTurns(), []);
    clock.nowMs = NOON;
  });
}

function aSummary(taskName: string, different: Partial<Summary> = {}): Summary {
  const periodStartMs = different.periodStartMs ?? NOON;
  const check = {
    slotAtMs: NOON,
    verdict: "passed",
    errorKind: null,
    connectTimeMs: 1.25,
    synRetransmits: 0,
  } as const;
  const figures = figuresOf({ expectedCount: 3 }, [check]);
  return {
    taskName,
    host: "192.0.2.1:22",
    targetId: null,
    periodStartMs,
    periodEndMs: periodStartMs + MINUTE_MS,
    overall: figures,
    regions: { "eu-west-1": figures },
    complete: false,
    missingRegions: [],
    rev: 1,
    ...different,
  };
}

async function hourOf(summaries: SummaryStore, taskName: string) {
  return (await summaries.readHourOf([taskName], NOON)).get(taskName);
}

function aBoard(startMs: EpochMs, ...names: readonly string[]): BoardMinute {
  return boardOf(
    startMs,
    names.map((name) => aSummary(name, { periodStartMs: startMs })),
  );
}

function testPeriods(stores: () => Stores): void {
  const minutes = [0, 1, 59].map((at) => aSummary("p", { periodStartMs: NOON + at * MINUTE_MS }));
  const hour = { taskName: "p", startMs: NOON, minutes };
  const all = { fromMs: 0, toMs: NOON + DAY_MS };

  test("putHour stores an hour, and an earlier revision replaces nothing", async () => {
    const { periods } = stores();
    const [first, ...others] = minutes;
    assert.ok(first);
    const revised = { ...hour, minutes: [{ ...first, rev: 2 }, ...others] };
    assert.equal(await periods.putHour(revised), "stored");
    assert.equal(await periods.putHour(hour), "superseded");
    assert.equal(await periods.putHour(revised), "stored");
    assert.deepEqual(await periods.readHours("p", all), [revised]);
    assert.deepEqual(await periods.readHours("p", { ...all, toMs: NOON }), []);
    assert.deepEqual(await periods.readHours("hour p", all), []);
  });

  test("putDay stores a day and its hours", async () => {
    const { periods } = stores();
    const startMs = NOON - 12 * HOUR_MS;
    const period = { periodStartMs: NOON, periodEndMs: NOON + HOUR_MS };
    const hours = [mergePeriod(period, minutes)];
    assert.equal(await periods.putDay({ taskName: "p", startMs, hours }), "stored");
    assert.deepEqual(await periods.readDays("p", all, "hours"), hours);
    const whole = { periodStartMs: startMs, periodEndMs: startMs + DAY_MS };
    assert.deepEqual(await periods.readDays("p", all, "days"), [mergePeriod(whole, hours)]);
  });

  test("writeRollUp replaces what readRollUp reads", async () => {
    const { rollUp } = stores();
    assert.equal(await rollUp.readRollUp(), null);
    const current = { hourMs: NOON, slice: 7, open: "" };
    const written = { current, unsettled: [{ hourMs: 0, slice: 60, open: "x" }] };
    await rollUp.writeRollUp(written);
    await rollUp.writeRollUp({ ...written, unsettled: [] });
    assert.deepEqual(await rollUp.readRollUp(), { current, unsettled: [] });
  });

  test("minutes are read from their hour as from items of their own, the later revision first", async () => {
    const { periods, summaries } = stores();
    const packed = [3, 4, 5].map((at) =>
      aSummary("packed", { periodStartMs: NOON + at * MINUTE_MS, rev: at === 4 ? 3 : 1 }),
    );
    await summaries.putSummaries(packed.map((one) => ({ ...one, rev: 1 })));
    for (const rev of [2, 3])
      for (const one of packed.slice(1, 2))
        await replaceSummary(summaries, { ...one, rev }, rev - 1);
    await periods.putHour({ taskName: "packed", startMs: NOON, minutes: packed });
    clock.nowMs = NOON + 5 * DAY_MS;
    const span = { sinceMs: NOON + 4 * MINUTE_MS, untilMs: NOON + HOUR_MS, limit: 9 };
    const [, four, five] = packed;
    assert.deepEqual(await summaries.readLatest("packed", span), [five, four]);
    assert.deepEqual(await summaries.readLatest("packed", { ...span, limit: 1 }), [five]);
    assert.deepEqual(await hourOf(summaries, "packed"), packed);
    const starts = packed.map(({ periodStartMs }) => periodStartMs);
    assert.deepEqual(await summaries.readMinutes("packed", [...starts, NOON + HOUR_MS]), packed);
    const late = { ...packed[2], rev: 2 } as Summary;
    assert.equal(await replaceSummary(summaries, late, 1), "stored");
    assert.deepEqual(await hourOf(summaries, "packed"), [packed[0], four, late]);
    clock.nowMs = NOON;
  });
}

function testBoards(boards: () => BoardStore): void {
  const LATER = NOON + 59 * MINUTE_MS;

  test("readBoards reads the minutes of an interval, oldest first, over the hour", async () => {
    for (const startMs of [LATER + MINUTE_MS, NOON, LATER, NOON + HOUR_MS + MINUTE_MS])
      await boards().putBoard(aBoard(startMs, "b", "a"), ["a", "b", "c"]);
    const read = await boards().readBoards({ fromMs: NOON + 1, toMs: LATER + MINUTE_MS + 1 });
    assert.deepEqual(read, [aBoard(LATER, "a", "b"), aBoard(LATER + MINUTE_MS, "a", "b")]);
  });

  test("putBoard replaces a board, also by one of fewer parts", async () => {
    const names = Array.from({ length: 2_500 }, (_, i) => `${i}`.padStart(200, "n"));
    await boards().putBoard(aBoard(NOON, ...names), []);
    const [long] = await boards().readBoards({ fromMs: NOON, toMs: NOON + MINUTE_MS });
    assert.equal(long?.rows.size, names.length);
    await boards().putBoard(aBoard(NOON, "a"), names.slice(0, 3));
    const read = await boards().readBoards({ fromMs: NOON, toMs: NOON + MINUTE_MS });
    assert.deepEqual(read, [aBoard(NOON, "a")]);
  });
}

function testSummaries(summaries: () => SummaryStore): void {
  test("putSummaries writes more than a batch, and is idempotent", async () => {
    const many = Array.from({ length: 130 }, (_, i) => aSummary(`task ${i}`));
    await summaries().putSummaries(many);
    await summaries().putSummaries(many);
    const names = [...many.map(({ taskName }) => taskName), "unknown"];
    const read = await summaries().readSummaries(names, NOON);
    const byName = (a: Summary, b: Summary) => (a.taskName < b.taskName ? -1 : 1);
    assert.deepEqual(read.sort(byName), many.sort(byName));
    assert.deepEqual(await summaries().readSummaries(names, NOON + MINUTE_MS), []);
  });

  test("replaceSummary stores the next revision of the one held, and only that", async () => {
    const first = aSummary("revised");
    assert.equal(await replaceSummary(summaries(), first, null), "stored");
    assert.equal(await replaceSummary(summaries(), first, null), "stored", "it rivals itself");
    assert.equal(
      await replaceSummary(summaries(), aSummary("revised", { host: "x:1" }), null),
      "lost",
    );
    const second = aSummary("revised", { rev: 2, complete: true });
    assert.equal(await replaceSummary(summaries(), second, 1), "stored");
    assert.equal(
      await replaceSummary(summaries(), aSummary("revised", { rev: 2, host: "x:1" }), 1),
      "lost",
    );
    assert.deepEqual(await summaries().readSummaries(["revised"], NOON), [second]);
  });

  test("readMinutes gives a task's summaries of those minutes that it has", async () => {
    const at = (minutes: number) => NOON + minutes * MINUTE_MS;
    const many = [0, 1, 5].map((minutes) => aSummary("sampled", { periodStartMs: at(minutes) }));
    await summaries().putSummaries(
      many.map((summary) => ({ ...summary, periodEndMs: summary.periodStartMs + MINUTE_MS })),
    );
    const read = await summaries().readMinutes("sampled", [at(5), at(0), at(3)]);
    const starts = read.map(({ periodStartMs }) => periodStartMs).sort();
    assert.deepEqual(starts, [at(0), at(5)]);
    assert.deepEqual(await summaries().readMinutes("sampled", []), []);
  });

  test("readLatest gives a task's newest windows within its span", async () => {
    const minutes = [0, 1, 2, 3, 4].map((i) =>
      aSummary("read", { periodStartMs: NOON + i * MINUTE_MS }),
    );
    await summaries().putSummaries(minutes);
    const read = async (sinceMs: EpochMs, untilMs: EpochMs, limit: number) => {
      const found = await summaries().readLatest("read", { sinceMs, untilMs, limit });
      return found.map(({ periodStartMs }) => (periodStartMs - NOON) / MINUTE_MS);
    };
    assert.deepEqual(await read(0, NOON + DAY_MS, 2), [4, 3]);
    assert.deepEqual(await read(NOON + MINUTE_MS, NOON + 3 * MINUTE_MS, 9), [2, 1]);
    assert.deepEqual(await read(NOON + MINUTE_MS, NOON + MINUTE_MS, 9), []);
  });
}

function testLock(lock: () => RunLock): void {
  test("acquire lets one holder in until it leaves or its time is up", async () => {
    const acquire = (holder: string, nowMs: EpochMs) => lock().acquire(holder, nowMs, nowMs + 55);
    assert.equal(await acquire("a", NOON), "acquired");
    assert.equal(await acquire("a", NOON), "acquired");
    assert.equal(await acquire("b", NOON + 54), "held");
    assert.equal(await acquire("b", NOON + 55), "acquired");
    await lock().release("a");
    assert.equal(await acquire("c", NOON + 60), "held");
    await lock().release("b");
    assert.equal(await acquire("c", NOON + 60), "acquired");
  });
}

function testProgress(progress: () => ProgressStore): void {
  test("readProgress is null before the first run, then what was written", async () => {
    assert.equal(await progress().readProgress(), null);
    const written = {
      watermarkMs: NOON,
      openWindows: [{ startMs: NOON - MINUTE_MS, regions: { eu: 3, us: null } }],
      heard: ["eu-west-1"],
    };
    await progress().writeProgress(written);
    assert.deepEqual(await progress().readProgress(), written);
  });

  test("writeProgress refuses to go back", async () => {
    const back = { watermarkMs: NOON - MINUTE_MS, openWindows: [] };
    await assert.rejects(progress().writeProgress(back), /The watermark must not go back/);
    assert.equal((await progress().readProgress())?.watermarkMs, NOON);
  });

  test("beginWindow says what was done with the window before", async () => {
    assert.equal(await progress().beginWindow(NOON), "new");
    assert.equal(await progress().beginWindow(NOON), "begun");
    await progress().markJudged(NOON);
    assert.equal(await progress().beginWindow(NOON), "judged");
    assert.equal(await progress().beginWindow(NOON + MINUTE_MS), "new");
  });

  test("takeBackProgress sets the watermark back, unless another run has changed it", async () => {
    const { openWindows = assert.fail("no progress is stored"), pass: before = 0 } =
      (await progress().readProgress()) ?? {};
    const held = { watermarkMs: NOON, openWindows };
    const pass = before + 1;
    const next = { watermarkMs: held.watermarkMs - MINUTE_MS, openWindows: [], pass };
    await progress().takeBackProgress(held, next);
    assert.deepEqual(await progress().readProgress(), next);
    await assert.rejects(
      progress().takeBackProgress(held, { ...next, watermarkMs: next.watermarkMs - MINUTE_MS }),
      /hanged by another run/,
    );
    assert.deepEqual(await progress().readProgress(), next);
    await progress().writeProgress(held);
  });

  test("beginWindow says once in each pass that a window comes again", async () => {
    const startMs = NOON + 60 * MINUTE_MS;
    await progress().beginWindow(startMs);
    await progress().markJudged(startMs);
    assert.equal(await progress().beginWindow(startMs, 1), "again");
    assert.equal(await progress().beginWindow(startMs, 1), "begun");
    await progress().markJudged(startMs, 1);
    assert.equal(await progress().beginWindow(startMs, 1), "judged");
    assert.equal(await progress().beginWindow(startMs, 2), "again");
  });
}

function anEvent(id: string, different: Partial<OutgoingEvent> = {}): OutgoingEvent {
  return {
    id,
    detailType: "TCP Probe Alert State Change",
    time: NOON,
    resources: ["synfleet/test/task/a"],
    detail: { task_name: "a", value: 0.1 + 0.2, none: null, "": [], nested: { ключ: -0.5 } },
    ...different,
  };
}

function aRecord(name: string, different: Partial<TaskRecord> = {}): TaskRecord {
  const health = {
    status: "unhealthy",
    failCount: 0,
    passCount: 1,
    firstFailAtMs: null,
    lastFailAtMs: null,
    failingSinceMs: NOON,
    unhealthySinceMs: NOON,
    lastDownAtMs: NOON,
    downs: [{ firstAtMs: NOON, lastAtMs: NOON, recoveredAtMs: null }],
    recent: "",
    share: { value: 0.25, atMs: NOON },
    throughMs: NOON,
    silentSinceMs: null,
    advised: true,
  } as const;
  return {
    task: { name, host: "[2001:db8::1]:22", targetId: null, tags: { team: "core" } },
    version: 1,
    state: {
      ...INITIAL_STATE,
      status: "CRITICAL",
      incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: NOON },
      sequence: 1,
      regions: { eu: health },
    },
    pending: [anEvent("one")],
    unrecorded: different.pending ?? [anEvent("one")],
    goneSinceMs: null,
    ...different,
  };
}

function testRecords(states: () => StateStore): void {
  test("putRecord stores the next version only, with its pending events", async () => {
    const first = aRecord("a");
    assert.equal(await states().putRecord(first), "stored");
    assert.equal(await states().putRecord(first), "stored", "its own repetition is a rival");
    assert.equal(await states().putRecord(aRecord("a", { pending: [] })), "lost");
    const second = aRecord("a", { version: 2, pending: [anEvent("one"), anEvent("two")] });
    assert.equal(await states().putRecord(second), "stored");
    assert.equal(await states().putRecord(aRecord("a", { version: 2, pending: [] })), "lost");
    assert.equal(await states().putRecord(aRecord("b", { version: 2 })), "lost");
    assert.deepEqual(await states().readRecords(), { records: [second], damaged: [] });
  });

  test("putRecord keeps which events are pending and which are unrecorded, in their order", async () => {
    const [one, two, three] = [anEvent("1"), anEvent("2"), anEvent("3")];
    const cases = [
      { pending: [], unrecorded: [one, two] },
      { pending: [two, three], unrecorded: [one, two, three] },
      { pending: [two, three], unrecorded: [one, three] },
      { pending: [one, two], unrecorded: [] },
    ];
    for (const [i, owed] of cases.entries()) {
      await states().putRecord(aRecord("owing", { version: i + 1, ...owed }));
      const { records } = await states().readRecords();
      const { pending, unrecorded } = records.find(({ task }) => task.name === "owing") ?? {};
      assert.deepEqual({ pending, unrecorded }, owed);
    }
  });

  test("readRecord gives one task's record, and null of a task without", async () => {
    assert.equal((await states().readRecord("owing"))?.version, 4);
    assert.equal(await states().readRecord("none"), null);
  });

  test("readRecords gives the records of all tasks, or of those that are named", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `task ${i}`);
    for (const name of names) await states().putRecord(aRecord(name));
    const { records } = await states().readRecords();
    const expected = ["a", "owing", ...names];
    assert.deepEqual(records.map(({ task }) => task.name).sort(), expected.sort());
    const named = await states().readRecords(new Set(["task 1", "task 30", "nobody"]));
    const found = named.records.map(({ task }) => task.name);
    assert.deepEqual([found.toSorted(), named.damaged], [["task 1", "task 30"], []]);
    assert.deepEqual(named.records[0], aRecord(found[0] ?? ""));
  });
}

function aFleetRecord(different: Partial<FleetRecord> = {}): FleetRecord {
  const state = {
    throughMs: NOON,
    regions: { eu: { number: 2, doubtedSinceMs: null, sinceMs: NOON, lowSinceMs: null } },
    groups: { web: { number: 1, sinceMs: NOON - 60_000 } },
  };
  return { version: 1, state, pending: [], unrecorded: [], ...different };
}

function testFleetRecord(store: () => FleetRecordStore): void {
  test("readFleet gives an initial record if none is stored, as in a fleet of yesterday", async () => {
    const none = { version: 0, state: INITIAL_FLEET, pending: [], unrecorded: [] };
    assert.deepEqual(await store().readFleet(), { record: none, faults: [] });
  });

  test("putFleet stores the next version only, with the events that the fleet owes", async () => {
    const [one, two] = [anEvent("fleet one"), anEvent("fleet two")];
    const first = aFleetRecord({ pending: [one], unrecorded: [one] });
    assert.equal(await store().putFleet(first), "stored");
    assert.equal(await store().putFleet(first), "stored", "its own repetition is a rival");
    assert.equal(await store().putFleet(aFleetRecord()), "lost");
    const second = aFleetRecord({ version: 2, pending: [two], unrecorded: [one, two] });
    assert.equal(await store().putFleet(second), "stored");
    assert.equal(await store().putFleet(aFleetRecord({ version: 2 })), "lost");
    assert.equal(await store().putFleet(aFleetRecord({ version: 4 })), "lost");
    assert.deepEqual(await store().readFleet(), { record: second, faults: [] });
  });

  test("putFleet refuses a record that is too large", async () => {
    const long = anEvent("long", { detail: { text: "x".repeat(400 * 1_024) } });
    const outcome = await store().putFleet(aFleetRecord({ version: 3, pending: [long] }));
    assert.ok(typeof outcome === "object" && outcome.refused.includes("bytes"));
  });
}

function testHistory(history: () => HistoryStore): void {
  test("readHistory gives the newest events of its span, over days, of one task or all", async () => {
    const events = [0, 1, 2, 3].map((day) =>
      anEvent(`day ${day}`, {
        time: NOON - day * DAY_MS,
        detail: { task_name: day % 2 === 0 ? "even" : "odd" },
      }),
    );
    await history().putHistory(events);
    await history().putHistory(events);
    const read = async (different: object) => {
      const all = { sinceMs: 0, untilMs: NOON + 1, limit: 9, taskName: null };
      const { events: found, damaged } = await history().readHistory({ ...all, ...different });
      assert.deepEqual(damaged, []);
      return found.map(({ id }) => id);
    };
    assert.deepEqual(await read({}), ["day 0", "day 1", "day 2", "day 3"]);
    assert.deepEqual(await read({ limit: 2 }), ["day 0", "day 1"]);
    assert.deepEqual(await read({ taskName: "odd" }), ["day 1", "day 3"]);
    assert.deepEqual(await read({ untilMs: NOON }), ["day 1", "day 2", "day 3"]);
    assert.deepEqual(await read({ sinceMs: NOON - DAY_MS }), ["day 0", "day 1"]);
    assert.deepEqual(await read({ sinceMs: NOON + 1 }), []);
  });
}

function testExpiry(embedded: () => Embedded): void {
  const alertsTable = homeTableName("test", "alerts");
  const summariesTable = homeTableName("test", "summaries");

  test("createSummaryStore hides what has expired or can't be read", async () => {
    const { summaries } = embeddedStores(embedded());
    await summaries.putSummaries([aSummary("expiring")]);
    await embedded().client.send(
      new PutItemCommand({
        TableName: summariesTable,
        Item: { task_name: { S: "expiring" }, period_start: { N: "1" }, v: { N: "99" } },
      }),
    );
    const all = { sinceMs: 0, untilMs: NOON + DAY_MS, limit: 9 };
    assert.equal((await summaries.readLatest("expiring", all)).length, 1);
    clock.nowMs = NOON + MINUTE_MS + KEEP_MS;
    assert.deepEqual(await summaries.readLatest("expiring", all), []);
    clock.nowMs = NOON;
  });

  const HOUR_LATER = NOON + HOUR_MS;

  /** Minutes of so many tasks, whose groups are more than one. */
  function manySummaries(startMs: EpochMs, count = 450): Summary[] {
    return Array.from({ length: count }, (_, i) =>
      aSummary(`m${i}`, { periodStartMs: startMs, host: `h${i}:1` }),
    );
  }

  test("putSummaries stores a minute in few items, which every reader takes apart", async () => {
    const { summaries, rollUp } = embeddedStores(embedded());
    clock.nowMs = HOUR_LATER + 5 * MINUTE_MS;
    const starts = [0, 1, 2].map((i) => HOUR_LATER + i * MINUTE_MS);
    for (const startMs of starts) await summaries.putSummaries(manySummaries(startMs));
    await summaries.putSummaries(manySummaries(HOUR_LATER));
    const { Items = [] } = await embedded().client.send(
      new ScanCommand({
        TableName: summariesTable,
        FilterExpression: "period_start = :at",
        ExpressionAttributeValues: marshall({ ":at": HOUR_LATER / 1_000 }),
      }),
    );
    const keys = Items.flatMap(({ task_name }) => task_name?.S ?? [])
      .filter((key) => key.startsWith(" minutes"))
      .sort();
    assert.deepEqual(keys, [" minutes", " minutes 3/0", " minutes 3/1", " minutes 3/2"]);
    const names = manySummaries(0).map(({ taskName }) => taskName);
    const read = await summaries.readSummaries([...names, "unknown"], HOUR_LATER);
    const order = (a: Summary, b: Summary) => (a.taskName < b.taskName ? -1 : 1);
    assert.deepEqual(read.sort(order), manySummaries(HOUR_LATER).sort(order));
    const own = starts.map((startMs) => aSummary("m7", { periodStartMs: startMs, host: "h7:1" }));
    const span = { sinceMs: NOON, untilMs: NOON + DAY_MS, limit: 9 };
    assert.deepEqual(await summaries.readLatest("m7", span), own.toReversed());
    assert.deepEqual(await summaries.readLatest("m7", { ...span, limit: 1 }), own.slice(2));
    const some = await summaries.readMinutes("m7", starts);
    assert.deepEqual(
      some.sort((a, b) => a.periodStartMs - b.periodStartMs),
      own,
    );
    const hours = await summaries.readHourOf(["m7", "m8", "none"], HOUR_LATER);
    assert.deepEqual([hours.get("m7"), hours.get("m8")?.length, hours.get("none")], [own, 3, []]);
    const current = { hourMs: NOON + 2 * HOUR_MS, slice: 0, open: "" };
    await rollUp.writeRollUp({ current, unsettled: [] });
    const later = embeddedStores(embedded()).summaries;
    assert.deepEqual(await later.readLatest("m7", span), [], "hours that are packed have it");
    await rollUp.writeRollUp({ current, unsettled: [{ ...current, hourMs: HOUR_LATER }] });
    const open = embeddedStores(embedded()).summaries;
    assert.deepEqual(await open.readLatest("m7", span), own.toReversed(), "an hour may change");
    clock.nowMs = NOON;
  });

  test("reviseSummaries of two writers loses no change of either", async () => {
    const startMs = HOUR_LATER + 10 * MINUTE_MS;
    const writers = [0, 1, 2].map(() => embeddedStores(embedded()).summaries);
    const [first] = writers;
    assert.ok(first);
    await first.putSummaries(manySummaries(startMs, 30));
    const revised = manySummaries(startMs, 30).map((one) => ({ ...one, rev: 2 }));
    const puts = await Promise.all(
      writers.map((writer, w) =>
        writer.reviseSummaries(
          revised
            .filter((_, i) => i % 3 === w || i === 29)
            .map((summary) => ({
              summary: summary.taskName === "m29" ? { ...summary, host: `w${w}:1` } : summary,
              heldRev: 1,
            })),
        ),
      ),
    );
    const outcomes = puts.flat();
    assert.equal(outcomes.filter((put) => put === "stored").length, 30);
    assert.equal(outcomes.filter((put) => put === "lost").length, 2, "one of three wins");
    const read = await first.readSummaries(
      revised.map(({ taskName }) => taskName),
      startMs,
    );
    assert.deepEqual([...new Set(read.map(({ rev }) => rev))], [2]);
    assert.equal(read.length, 30);
  });

  test("a minute that was killed between two groups is completed by the next run", async () => {
    const startMs = HOUR_LATER + 20 * MINUTE_MS;
    const { summaries } = embeddedStores(embedded());
    const many = manySummaries(startMs);
    await summaries.putSummaries(many);
    await embedded().client.send(
      new DeleteItemCommand({
        TableName: summariesTable,
        Key: marshall({ task_name: " minutes 3/1", period_start: startMs / 1_000 }),
      }),
    );
    const names = many.map(({ taskName }) => taskName);
    const known = new Set((await summaries.readSummaries(names, startMs)).map((s) => s.taskName));
    assert.ok(known.size > 0 && known.size < many.length);
    const missing = many.filter(({ taskName }) => !known.has(taskName));
    const puts = await summaries.reviseSummaries(
      missing.map((summary) => ({ summary, heldRev: null })),
    );
    assert.deepEqual([...new Set(puts)], ["stored"]);
    assert.equal((await summaries.readSummaries(names, startMs)).length, many.length);
  });

  test("minutes of an earlier version are items of their own, read and revised as such", async () => {
    const startMs = HOUR_LATER + 30 * MINUTE_MS;
    const { summaries } = embeddedStores(embedded());
    clock.nowMs = startMs + MINUTE_MS;
    const yesterday = ["y1", "y2"].map((name) => aSummary(name, { periodStartMs: startMs }));
    for (const summary of yesterday)
      await embedded().client.send(
        new PutItemCommand({ TableName: summariesTable, Item: marshall(toSummaryItem(summary)) }),
      );
    const [one, two] = yesterday;
    assert.ok(one && two);
    const names = ["y1", "y2", "y3"];
    const readAll = async () =>
      (await summaries.readSummaries(names, startMs)).sort((a, b) =>
        a.taskName < b.taskName ? -1 : 1,
      );
    assert.deepEqual(await readAll(), yesterday);
    const span = { sinceMs: startMs, untilMs: startMs + 1, limit: 9 };
    assert.deepEqual(await summaries.readLatest("y1", span), [one]);
    const three = aSummary("y3", { periodStartMs: startMs });
    const revised = { ...two, rev: 2, complete: true };
    const revisions = [
      { summary: revised, heldRev: 1 },
      { summary: three, heldRev: null },
    ];
    assert.deepEqual(await summaries.reviseSummaries(revisions), ["stored", "stored"]);
    assert.deepEqual(await readAll(), [one, revised, three]);
    assert.deepEqual((await summaries.readHourOf(["y2"], HOUR_LATER)).get("y2"), [revised]);
    clock.nowMs = NOON;
  });

  test("createStateStore forgets the record of a task that is long gone, and begins it anew", async () => {
    const { states } = embeddedStores(embedded());
    await states.putRecord(aRecord("long gone", { goneSinceMs: NOON }));
    const names = async () => (await states.readRecords()).records.map(({ task }) => task.name);
    assert.ok((await names()).includes("long gone"));
    clock.nowMs = NOON + KEEP_MS;
    assert.ok(!(await names()).includes("long gone"));
    assert.equal(await states.putRecord(aRecord("long gone")), "stored");
    clock.nowMs = NOON;
  });

  test("createStateStore names a damaged record and reads the others", async () => {
    const { states } = embeddedStores(embedded());
    await embedded().client.send(
      new PutItemCommand({
        TableName: alertsTable,
        Item: { ...marshall(stateKey("damaged")), version: { N: "1" } },
      }),
    );
    const { records, damaged } = await states.readRecords();
    assert.deepEqual(damaged, ["damaged"]);
    assert.ok(records.length > 0);
  });

  const DAMAGED: readonly (readonly [fields: object, faults: readonly string[]])[] = [
    [
      { version: 7, owed: [] },
      [
        "The fleet's record can't be read and begins anew: Stored fleet record is damaged: state must be a text",
      ],
    ],
    [
      { state: "{}", owed: [{ id: "odd" }], version: 7 },
      [
        "The fleet: a pending event is dropped: Stored event is damaged: detail_type must be a text",
      ],
    ],
    [
      { state: "{}", version: "seven" },
      [
        "The fleet's record can't be read and begins anew: Stored fleet record is damaged: owed must be a list",
      ],
    ],
  ];
  for (const [fields, faults] of DAMAGED) {
    test(`createFleetRecordStore begins anew in the place of ${JSON.stringify(fields)}`, async () => {
      const { fleetRecord } = embeddedStores(embedded());
      const Item = marshall({ ...FLEET_KEY, ...fields });
      await embedded().client.send(new PutItemCommand({ TableName: alertsTable, Item }));
      const read = await fleetRecord.readFleet();
      assert.deepEqual(read.faults, faults);
      const { version, ...anew } = read.record;
      assert.deepEqual(anew, { state: INITIAL_FLEET, pending: [], unrecorded: [] });
      const next = aFleetRecord({ version: version + 1 });
      assert.equal(await fleetRecord.putFleet(next), "stored");
      assert.deepEqual(await fleetRecord.readFleet(), { record: next, faults: [] });
    });
  }

  test("readHistory names an event that it can't read, and gives the others", async () => {
    const { history } = embeddedStores(embedded());
    const time = NOON - 100 * DAY_MS;
    const [before, after] = [anEvent("before", { time }), anEvent("after", { time: time + 2 })];
    await history.putHistory([before, after]);
    const key = historyKey(anEvent("newer", { time: time + 1 }));
    const newer = { ...key, id: "newer", detail_zip: "" };
    await embedded().client.send(
      new PutItemCommand({ TableName: alertsTable, Item: marshall(newer) }),
    );
    const span = { sinceMs: time, untilMs: time + 3, limit: 9, taskName: null };
    assert.deepEqual(await history.readHistory(span), {
      events: [after, before],
      damaged: [
        {
          key: `${key.pk} ${key.sk}`,
          reason: "Stored event is damaged: detail_type must be a text",
        },
      ],
    });
  });

  test("putHistory spreads the tasks' events of a minute over eight partitions", () => {
    const events = Array.from({ length: 800 }, (_, i) =>
      anEvent(`event ${i}`, { detail: { task_name: `task ${i}` } }),
    );
    const counts = Map.groupBy(events, (event) => historyKey(event).pk);
    assert.equal(counts.size, 8);
    for (const [key, own] of counts) assert.ok(own.length < 150, `${key} has ${own.length}`);
  });

  test("readHistory reads the place of earlier versions too, each event once and in order", async () => {
    const { history } = embeddedStores(embedded());
    const time = NOON - 200 * DAY_MS;
    const named = (id: string, offsetMs: number) =>
      anEvent(id, { time: time + offsetMs, detail: { task_name: `task of ${id}` } });
    const [old, both, next] = [named("old", 0), named("both", 1), named("next", 2)];
    await history.putHistory([both, next]);
    for (const event of [old, both]) {
      const pk = `event#${new Date(event.time).toISOString().slice(0, 10)}`;
      const stored = { ...historyKey(event), ...encodeEvent(event), pk };
      await embedded().client.send(
        new PutItemCommand({ TableName: alertsTable, Item: marshall(stored) }),
      );
    }
    const span = { sinceMs: time, untilMs: time + 3, taskName: null };
    const idsOf = async (query: object) =>
      (await history.readHistory({ ...span, limit: 9, ...query })).events.map(({ id }) => id);
    assert.deepEqual(await idsOf({}), ["next", "both", "old"]);
    assert.deepEqual(await idsOf({ limit: 2 }), ["next", "both"]);
    assert.deepEqual(await idsOf({ taskName: "task of old" }), ["old"]);
    assert.deepEqual(await idsOf({ taskName: "task of both" }), ["both"]);
  });

  test("the stores of the alerts table write items in the golden form", async () => {
    const { states, history, progress, fleetRecord } = embeddedStores(embedded());
    const event = anEvent("golden");
    await states.putRecord(aRecord("golden", { goneSinceMs: NOON }));
    await history.putHistory([event]);
    await progress.beginWindow(NOON + DAY_MS);
    await embedded().client.send(
      new DeleteItemCommand({ TableName: alertsTable, Key: marshall(FLEET_KEY) }),
    );
    await fleetRecord.putFleet(aFleetRecord({ pending: [event] }));
    const keys = [
      stateKey("golden"),
      historyKey(event),
      windowKey(NOON + DAY_MS),
      PROGRESS_KEY,
      FLEET_KEY,
    ];
    const items: unknown[] = [];
    for (const key of keys) {
      const { Item } = await embedded().client.send(
        new GetItemCommand({ TableName: alertsTable, Key: marshall(key) }),
      );
      items.push(unmarshall(Item ?? {}));
    }
    const golden = readFileSync(
      new URL("../../../golden/alert-items.json", import.meta.url),
      "utf8",
    );
    assert.deepEqual(items, JSON.parse(golden));
  });
}
