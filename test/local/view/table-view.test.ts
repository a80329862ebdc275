import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { EventEnvelope } from "../../../local/events/put-events.ts";
import { Board } from "../../../local/view/board.ts";
import { TableView } from "../../../local/view/table-view.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import { aTask } from "../../fakes/results.ts";

const HEIGHT = 9;

let written: string[] = [];
let view: TableView;

/** The lines on the screen after the last drawing. */
function screen(): string[] {
  return stripVTControlCharacters(written.at(-1) ?? "")
    .trim()
    .split("\n");
}

function anAlert(summary: string): EventEnvelope {
  return {
    version: "0",
    id: "i",
    "detail-type": "TCP Probe Alert State Change",
    source: "synfleet",
    account: "000000000000",
    time: "2026-03-01T12:00:00Z",
    region: "eu",
    resources: [],
    detail: { summary, severity: "critical" },
  };
}

beforeEach(() => {
  written = [];
  const board = new Board(["eu"]);
  board.setTasks([{ task: aTask("database"), plannedAtMs: null, isKept: false }]);
  view = new TableView(board, ["eu"], {
    size: () => ({ width: 80, height: HEIGHT }),
    colours: false,
    write: (text) => written.push(text),
    onResize: () => undefined,
    drained: async () => undefined,
  });
  const told = { version: "1", regions: ["eu"], shards: 1, tasks: [], problems: [], states: [] };
  view.started({ ...told, dataDir: "data", pageUrl: null, tasksFile: "tasks.toml" });
});
afterEach(() => view.stopped({ reason: "test", results: 0, summaries: 0, alerts: 0 }));

test("TableView shows alerts below the table, the newest last", () => {
  view.alert(anAlert("CRITICAL: first"));
  view.alert(anAlert("CRITICAL: second"));
  const [header, row, footer, ...beneath] = screen();
  assert.match(header ?? "", /^TASK/);
  assert.match(row ?? "", /^database/);
  assert.match(footer ?? "", /^\d\d:\d\d:\d\d UTC · Ctrl-C stops · tasks\.toml · data in data/);
  assert.deepEqual(beneath, ["12:00:00 CRITICAL: first", "12:00:00 CRITICAL: second"]);
});

test("TableView shows in which state a task is, by what stands, by events, and by judged minutes", () => {
  const row = (): string => screen()[1] ?? "";
  assert.match(row(), /^database +– /);
  const change = { task_name: "database", state: "CRITICAL", previous_state: "OK" };
  const alert = anAlert("CRITICAL: down");
  view.alert({ ...alert, detail: { ...alert.detail, ...change, notice: "reminder" } });
  assert.match(row(), /^database +– /, "a reminder is no change");
  view.alert({ ...alert, detail: { ...alert.detail, ...change } });
  assert.match(row(), /^database +CRITICAL +2026-03-01 /);
  view.summary({ taskName: "database" } as Summary);
  view.note("drawn again");
  assert.match(row(), /^database +CRITICAL +2026-03-01 /);
});

test("TableView drops the oldest lines if the screen is full", () => {
  for (let i = 0; i < 30; i++) view.note(`note ${i}`);
  assert.ok(screen().length < HEIGHT, "one line is left for the cursor");
  assert.match(screen().at(-1) ?? "", /^\d\d:\d\d:\d\d note 29$/);
  assert.match(screen()[0] ?? "", /^TASK/);
});

test("TableView breaks a long message into lines that fit, below its first word", () => {
  view.note(`the last word is ${"far ".repeat(20)}away`);
  const [first = "", second = ""] = screen().slice(-2);
  assert.match(first, /^\d\d:\d\d:\d\d the last word is far( far)+$/);
  assert.match(second, /^ {9}(far )+away$/);
  assert.ok(first.length <= 79 && first.length > 70);
});

test("TableView never draws more lines than the screen has, nor longer ones", () => {
  for (let i = 0; i < 9; i++) view.note("x".repeat(500));
  assert.ok(screen().length < HEIGHT);
  assert.ok(screen().every((line) => line.length <= 79));
});
