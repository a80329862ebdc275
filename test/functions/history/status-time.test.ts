import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  addStatusTimes,
  readUptime,
  type StatusTime,
  uptimePercent,
} from "../../../functions/history/history.ts";
import { belowTime } from "../../../functions/history/read-below-times.ts";
import { statusChangeOf, statusSpans } from "../../../functions/history/status-spans.ts";
import { NO_TIME, statusTimeOf } from "../../../functions/history/status-time.ts";
import {
  type Maintenance,
  maintenanceAt,
  maintenanceSpans,
} from "../../../shared/alerting/operators/operators.ts";
import type { BoardRow } from "../../../shared/board/board.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { TaskStatus } from "../../../shared/health/health.ts";
import { DAY_MS, HOUR_MS } from "../../../shared/units.ts";
import { FakePeriodStore, FakeSummaryStore } from "../../fakes/home-stores.ts";

const STATUSES: readonly TaskStatus[] = ["OK", "WARNING", "CRITICAL", "NO_DATA"];

function change(atMs: number, from: TaskStatus, to: TaskStatus, more: object = {}): OutgoingEvent {
  return {
    id: `${atMs}`,
    detailType: "TCP Probe Alert State Change",
    time: atMs,
    resources: [],
    detail: { task_name: "a", state: to, previous_state: from, ...more },
  };
}

describe("statusChangeOf", () => {
  it("takes changes of state and nothing that is told late or again", () => {
    assert.deepEqual(statusChangeOf(change(5, "OK", "CRITICAL")), {
      taskName: "a",
      atMs: 5,
      from: "OK",
      to: "CRITICAL",
    });
    assert.equal(statusChangeOf(change(5, "OK", "CRITICAL", { notice: "released" })), null);
    assert.equal(statusChangeOf(change(5, "OK", "CRITICAL", { previous_state: "?" })), null);
    const advisory = { ...change(5, "OK", "OK"), detailType: "TCP Probe Region Advisory" } as const;
    assert.equal(statusChangeOf(advisory), null);
  });
});

describe("statusSpans", () => {
  it("goes back from the present status through the changes", () => {
    const changes = [
      { atMs: 80, from: "CRITICAL", to: "OK" },
      { atMs: 50, from: "OK", to: "CRITICAL" },
    ] as const;
    assert.deepEqual(statusSpans({ status: "OK" }, changes, { fromMs: 10, toMs: 100 }), [
      { status: "OK", fromMs: 10, toMs: 50 },
      { status: "CRITICAL", fromMs: 50, toMs: 80 },
      { status: "OK", fromMs: 80, toMs: 100 },
    ]);
    // Of an interval in the past, what came after it tells how it was.
    assert.deepEqual(statusSpans({ status: "OK" }, changes, { fromMs: 60, toMs: 70 }), [
      { status: "CRITICAL", fromMs: 60, toMs: 70 },
    ]);
    assert.deepEqual(statusSpans({ status: "OK" }, [], { fromMs: 60, toMs: 70 }), [
      { status: "OK", fromMs: 60, toMs: 70 },
    ]);
  });

  it("gives spans that fill the interval, whatever the changes", () => {
    const anyChange = fc.record({
      atMs: fc.nat(1_000),
      from: fc.constantFrom(...STATUSES),
      to: fc.constantFrom(...STATUSES),
    });
    fc.assert(
      fc.property(fc.array(anyChange), fc.nat(1_000), fc.nat(1_000), (changes, a, b) => {
        const interval = { fromMs: Math.min(a, b), toMs: Math.max(a, b) + 1 };
        const spans = statusSpans({ status: "OK" }, changes, interval);
        let atMs = interval.fromMs;
        for (const span of spans) {
          assert.equal(span.fromMs, atMs);
          assert.ok(span.toMs > span.fromMs);
          atMs = span.toMs;
        }
        assert.equal(atMs, interval.toMs);
      }),
    );
  });
});

describe("statusTimeOf", () => {
  it("counts a maintenance as nothing else", () => {
    const spans = [
      { status: "OK", fromMs: 0, toMs: 50 },
      { status: "CRITICAL", fromMs: 50, toMs: 90 },
      { status: "NO_DATA", fromMs: 90, toMs: 100 },
    ] as const;
    const time = statusTimeOf(spans, [{ fromMs: 40, toMs: 60 }]);
    const expected: StatusTime = {
      ...NO_TIME,
      ...{ okMs: 40, criticalMs: 30, noDataMs: 10, maintenanceMs: 20 },
    };
    assert.deepEqual(time, expected);
    assert.equal(uptimePercent(time), (100 * 40) / 70);
    assert.equal(uptimePercent({ ...NO_TIME, noDataMs: 10 }), null);
    assert.deepEqual(addStatusTimes([time, time, NO_TIME]).criticalMs, 60);
  });
});

describe("maintenanceSpans", () => {
  const at = (fromMs: number, untilMs: number): Maintenance => ({
    ...{ id: `${fromMs}`, scope: { kind: "fleet" }, reason: "", by: null, createdAtMs: null },
    schedule: { kind: "once", fromMs, untilMs },
  });

  it("agrees with maintenanceAt at every instant", () => {
    const window = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(window, { maxLength: 4 }), (windows) => {
        const maintenances = windows.map(([fromMs, ms]) => at(fromMs, fromMs + ms));
        const task = { name: "a", targetId: null };
        const spans = maintenanceSpans({ maintenances }, task, { fromMs: 5, toMs: 60 });
        for (let atMs = 5; atMs < 60; atMs++) {
          const isOn = maintenanceAt({ maintenances }, task, atMs) !== null;
          const inSpans = spans.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
          assert.equal(inSpans.length, isOn ? 1 : 0, `at ${atMs}`);
        }
      }),
    );
  });

  it("finds each window of a recurring maintenance", () => {
    const nightly: Maintenance = {
      ...at(0, 1),
      schedule: { kind: "recurring", cron: "0 2 * * *", timeZone: "UTC", durationMs: HOUR_MS },
    };
    const fromMs = Date.UTC(2026, 4, 1);
    const interval = { fromMs, toMs: fromMs + 2 * DAY_MS };
    const spans = maintenanceSpans(
      { maintenances: [nightly] },
      { name: "a", targetId: null },
      interval,
    );
    assert.deepEqual(
      spans.map((span) => (span.fromMs - fromMs) / HOUR_MS),
      [2, 26],
    );
  });
});

const A_ROW: BoardRow = {
  ...{ sampleCount: 4, failedCount: 4, missedCount: 0 },
  ...{ avgConnectTimeMs: null, p95ConnectTimeMs: null, regions: { eu: "failed" } },
};

describe("readUptime", () => {
  it("reads one task's changes, or those of all at once", async () => {
    const asked: (string | null)[] = [];
    const sources = {
      boards: { readBoards: async () => [{ startMs: 0, rows: new Map([["b", A_ROW]]) }] },
      periods: new FakePeriodStore(),
      summaries: new FakeSummaryStore(),
      states: { readRecords: async () => ({ records: [], damaged: [] }) },
      settings: { readSettings: async () => [] },
      alerts: {
        readHistory: async ({ taskName }: { taskName: string | null }) => {
          asked.push(taskName);
          return {
            events: [change(80, "CRITICAL", "OK"), change(50, "OK", "CRITICAL")],
            damaged: [],
          };
        },
      },
    };
    const [a, b] = ["a", "b"].map((name) => ({ name, targetId: null }));
    assert.ok(a !== undefined && b !== undefined);
    const query = { fromMs: 0, toMs: 200, nowMs: 100 };
    const one = await readUptime(sources, { ...query, tasks: [a] });
    const both = await readUptime(sources, { ...query, tasks: [a, b] });
    assert.deepEqual(asked, ["a", null]);
    // Its oldest change is the first sign of it.
    assert.deepEqual(one.get("a"), { ...NO_TIME, okMs: 20, criticalMs: 30, unknownMs: 50 });
    assert.deepEqual(both.get("b"), { ...NO_TIME, okMs: 100 });
  });
});

describe("belowTime", () => {
  const member = (host: string, status: TaskStatus, fromMs: number, toMs: number) => ({
    host,
    spans: [
      { status: "OK" as const, fromMs: 0, toMs: fromMs },
      { status, fromMs, toMs },
      { status: "WARNING" as const, fromMs: toMs, toMs: 100 },
    ],
  });
  const two = [member("a", "CRITICAL", 10, 30), member("b", "NO_DATA", 20, 50)];
  const CASES: readonly (readonly [string, Parameters<typeof belowTime>[0], number, number])[] = [
    ["counts nothing without trouble", [member("a", "WARNING", 10, 30)], 1, 0],
    ["counts when none is healthy", two, 1, 10],
    ["counts when fewer than the least are healthy", two, 2, 40],
    ["counts all when the group is too small", two, 3, 100],
    ["takes the tasks of a target together", [...two, member("a", "CRITICAL", 25, 60)], 1, 30],
    [
      "goes on from one trouble to the next",
      [member("a", "CRITICAL", 10, 30), member("a", "NO_DATA", 30, 40)],
      1,
      30,
    ],
    ["counts on to the end", [member("a", "CRITICAL", 90, 100)], 1, 10],
  ];
  for (const [what, members, least, wanted] of CASES)
    it(what, () => assert.equal(belowTime(members, { least, fromMs: 0, toMs: 100 }), wanted));
});
