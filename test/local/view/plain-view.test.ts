import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventEnvelope } from "../../../local/events/put-events.ts";
import { Board, type SeenResult } from "../../../local/view/board.ts";
import { createPlainView } from "../../../local/view/plain-view.ts";
import { describeEvent } from "../../../local/view/view.ts";
import { NO_FIGURES, NO_MARKS, type Outcome } from "../../../shared/result/result.ts";
import { figuresOf } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");

const TASK: Task = {
  name: "Database",
  target: { hostname: "127.0.0.1", port: 5432 },
  host: "127.0.0.1:5432",
  scheduleMs: 5_000,
  timeoutMs: 2_000,
  targetId: null,
  enabled: true,
  regions: "all",
  expect: "open",
  addressFamily: "any",
  alert: {},
  tags: {},
};

function seen(outcome: Outcome, connectTimeMs: number | null): SeenResult {
  const result = {
    taskIndex: 0,
    slotAtMs: NOON,
    startedAtMs: NOON + 1_500,
    outcome,
    expect: "open" as const,
    ...NO_FIGURES,
    ...NO_MARKS,
    connectTimeMs,
    elapsedMs: connectTimeMs,
    address: "127.0.0.1",
    timing: "user" as const,
    suspect: false,
  };
  return { region: "here", task: TASK, result };
}

function eventOf(detail: Record<string, unknown>): EventEnvelope {
  return {
    version: "0",
    id: "e1",
    "detail-type": "TCP Probe Alert State Change",
    source: "synfleet",
    account: "000000000000",
    time: "2026-11-20T12:01:00Z",
    region: "here",
    resources: [],
    detail,
  };
}

describe("createPlainView", () => {
  test("writes changes, the summary of each minute, alerts, and the end", async () => {
    const lines: string[] = [];
    const board = new Board(["here"]);
    const view = createPlainView(
      board,
      (line) => lines.push(line),
      async () => undefined,
      () => NOON + 80_000,
    );
    view.watching([{ task: TASK, plannedAtMs: 0, isKept: false }]);
    view.starting("Starting 1 region …");
    view.started({
      version: "0.1.0",
      regions: ["here"],
      shards: 1,
      tasks: [TASK, { ...TASK, name: "Queue", enabled: false }],
      problems: ['t.toml: Task "x": host is missing'],
      dataDir: "/data",
      pageUrl: null,
      tasksFile: "t.toml",
      states: [
        { name: "Data\u001bbase", state: "CRITICAL", sinceMs: NOON - 3_600_000 },
        ...Array.from({ length: 21 }, (_, i) => ({
          ...{ name: `w${i}`, state: "WARNING" as const, sinceMs: null },
        })),
        { name: "Queue", state: "OK", sinceMs: null },
      ],
    });
    view.result(seen("open", 0.187));
    view.result(seen("open", 0.2));
    view.result(seen("timeout", null));
    const checks = [
      {
        slotAtMs: NOON,
        verdict: "passed" as const,
        errorKind: null,
        connectTimeMs: 2,
        synRetransmits: 0,
      },
      {
        slotAtMs: NOON + 1,
        verdict: "failed" as const,
        errorKind: "refused" as const,
        connectTimeMs: null,
        synRetransmits: 0,
      },
    ];
    view.summary({
      taskName: "Database",
      host: TASK.host,
      targetId: null,
      periodStartMs: NOON,
      periodEndMs: NOON + 60_000,
      overall: figuresOf({ expectedCount: 3 }, checks),
      regions: {},
      complete: true,
      missingRegions: [],
      rev: 2,
    });
    view.alert(eventOf({ state: "CRITICAL", severity: "critical", summary: "Database is down" }));
    view.result({ ...seen("open", 1), task: { ...TASK, name: "Removed" } });
    view.note("noted");
    await view.stopped({ reason: "SIGINT", results: 3, summaries: 1, alerts: 1 });
    assert.deepEqual(lines, [
      "Starting 1 region …",
      "Watching 2 tasks (1 disabled) of t.toml from here.",
      "Everything is kept in /data.",
      't.toml: Task "x": host is missing',
      "Data\\u001bbase is CRITICAL since 2026-11-20T11:00:00.000Z.",
      ...Array.from({ length: 19 }, (_, i) => `w${i} is WARNING.`),
      "2 more tasks not OK.",
      "12:00:01 Database here ok 0.19 ms",
      "12:00:01 Database here timeout",
      "12:00:00 summary Database: 2 of 3 checks, 50 % failed, avg 2.00 ms, p95 2.00 ms (again, with late results)",
      "12:01:00 Database is down",
      "12:01:20 noted",
      "Stopped (SIGINT): 3 results, 1 summary, 1 alert.",
    ]);
  });
});

describe("describeEvent", () => {
  const CASES: readonly (readonly [Record<string, unknown>, string, string | null])[] = [
    [{ severity: "critical", summary: "down" }, "12:01:00 down", "red"],
    [{ severity: "ok", summary: "up" }, "12:01:00 up", "green"],
    [{ severity: "warning", problems: ["a is b", "c is d"] }, "12:01:00 a is b; c is d", "yellow"],
    [{}, "12:01:00 TCP Probe Alert State Change", null],
    [{ summary: "a\u001b[2Jb\nc" }, "12:01:00 a\\u001b[2Jb\\u000ac", null],
    [{ summary: "a\u202eb" }, "12:01:00 a\\u202eb", null],
  ];
  for (const [detail, line, colour] of CASES) {
    test(`shows ${JSON.stringify(detail)} as "${line}"`, () => {
      assert.deepEqual(describeEvent(eventOf(detail)), { line, colour });
    });
  }
});
