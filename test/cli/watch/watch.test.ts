import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openScreen } from "../../../cli/command/screen.ts";
import { sightLines } from "../../../cli/watch/draw-sight.ts";
import { changeLine, changeRecord, stateChanges } from "../../../cli/watch/state-changes.ts";
import { watchFleet } from "../../../cli/watch/watch-fleet.ts";
import type { Overview, OverviewTask } from "../../../functions/history/history.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import { cutPainted, widthOf } from "../../../terminal/width.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");

function aTask(name: string, different: Partial<OverviewTask> = {}): OverviewTask {
  const time = { warningMs: 0, criticalMs: 0, noDataMs: 0, maintenanceMs: 0, unknownMs: 0 };
  return {
    ...{ name, host: "192.0.2.1:80", targetId: null, tags: {}, scheduleMs: 5_000 },
    ...{ regions: ["eu", "us"], standing: "running", note: null, status: "OK", rule: null },
    ...{ sinceMs: null, isFlapping: false, downRegions: [], silentRegions: [], held: [] },
    lastSuccessAtMs: null,
    slaPercent: null,
    lastDay: { okMs: 1, ...time },
    ...different,
  };
}

const DOWN = { status: "CRITICAL", sinceMs: NOON, downRegions: ["eu", "us"] } as const;

describe("stateChanges", () => {
  const ok = aTask("a");
  const down = aTask("a", DOWN);
  const CASES: readonly (readonly [string, OverviewTask[] | null, OverviewTask[], unknown[]])[] = [
    ["begins with what is not OK", null, [down, aTask("b")], [[null, "CRITICAL"]]],
    ["says nothing without a change", [down], [down], []],
    ["tells a change", [ok], [down], [["OK", "CRITICAL"]]],
    [
      "tells what is new and what is gone",
      [ok],
      [aTask("b")],
      [
        [null, "OK"],
        ["OK", null],
      ],
    ],
    [
      "tells a state that was left and entered again",
      [down],
      [aTask("a", { ...DOWN, sinceMs: NOON + 60_000 })],
      [["CRITICAL", "CRITICAL"]],
    ],
    [
      "tells a task that does not run any more",
      [ok],
      [aTask("a", { standing: "disabled", status: null })],
      [["OK", "disabled"]],
    ],
  ];
  for (const [what, before, after, wanted] of CASES)
    test(what, () => {
      const changes = stateChanges(before, after, NOON);
      assert.deepEqual(
        changes.map(({ from, to }) => [from, to]),
        wanted,
      );
    });

  test("a change is a line and a record, and its name is escaped", () => {
    const [change = assert.fail("no change")] = stateChanges(
      [aTask("a\u001b[2J")],
      [aTask("a\u001b[2J", DOWN)],
      NOON + 5_000,
    );
    assert.equal(
      changeLine(change, false),
      "2026-11-20T12:00:05.000Z CRITICAL a\\u001b[2J (was OK) since 2026-11-20T12:00:00.000Z, down in 2 of 2: eu, us",
    );
    const { time, state, previous_state, since } = changeRecord(change);
    assert.deepEqual(
      [time, state, previous_state, since],
      ["2026-11-20T12:00:05.000Z", "CRITICAL", "OK", "2026-11-20T12:00:00.000Z"],
    );
  });
});

describe("sightLines", () => {
  const overview = { groups: [], impaired: [], troubles: [] } as unknown as Overview;
  const event = (i: number): OutgoingEvent => ({
    id: `e${i}`,
    detailType: "TCP Probe Alert State Change",
    time: NOON - i * 1_000,
    resources: [],
    detail: { state: "CRITICAL", severity: "critical", summary: `CRITICAL: no ${i}` },
  });
  const events = Array.from({ length: 40 }, (_, i) => event(i));
  const shape = { nowMs: NOON, intervalMs: 10_000, colours: true };

  test("has what status has, and the newest events below, the newest last", () => {
    const tasks = [aTask("a", DOWN), aTask("b")];
    const lines = sightLines(
      { overview, tasks, events: events.slice(0, 2) },
      { ...shape, width: 120, height: 20, colours: false },
    );
    assert.equal(lines[0], "12:00:00 UTC · every 10 s · Ctrl-C ends");
    assert.match(lines[1] ?? "", /^STATE {5}TASK/);
    assert.match(lines[2] ?? "", /^CRITICAL {2}a/);
    assert.deepEqual(lines.slice(-3), [
      "2 tasks: 1 CRITICAL, 1 OK.",
      "11:59:59 CRITICAL: no 1",
      "12:00:00 CRITICAL: no 0",
    ]);
  });

  test("fits every size, and keeps the worst task", () => {
    const tasks = [aTask("worst", DOWN), ...Array.from({ length: 60 }, (_, i) => aTask(`t${i}`))];
    for (const height of [6, 12, 30, 100])
      for (const width of [20, 79, 200]) {
        const lines = sightLines({ overview, tasks, events }, { ...shape, width, height });
        assert.ok(lines.length <= height, `${lines.length} of ${height}`);
        for (const line of lines) assert.ok(widthOf(line) <= width);
        assert.match(lines[2] ?? "", /worst/);
        if (height > 8) assert.match(lines.at(-1) ?? "", /12:00:00/);
      }
  });
});

test("cutPainted keeps colours, and cuts what is beyond the width", () => {
  const painted = "\x1b[31mCRITICAL\x1b[0m  a long name";
  assert.equal(cutPainted(painted, 14), "\x1b[31mCRITICAL\x1b[0m  a l…");
  assert.equal(cutPainted(painted, 5), "\x1b[31mCRIT…\x1b[0m");
  assert.equal(cutPainted(painted, 21), painted);
});

describe("watchFleet", () => {
  /** Runs looks of which those with an error fail; time passes only by sleeping. */
  async function run(looks: readonly (string | Error)[]) {
    let nowMs = NOON;
    const seen: string[] = [];
    const stop = Promise.withResolvers<void>();
    const rest = [...looks];
    const watching = watchFleet<string>({
      read: async (atMs) => {
        const next = rest.shift();
        if (next === undefined) stop.resolve();
        if (next === undefined) return new Promise(() => undefined);
        if (next instanceof Error) throw next;
        return `${next} ${atMs - NOON}`;
      },
      show: (what) => void seen.push(what),
      failed: (error) => void seen.push(String(error)),
      intervalMs: 10_000,
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
      stopped: stop.promise,
    });
    await watching;
    return seen;
  }

  test("looks at every interval, goes on after a failure, and ends in the midst of a look", async () => {
    assert.deepEqual(await run(["a", new Error("gone"), "b"]), ["a 0", "Error: gone", "b 20000"]);
  });

  test("throws if the first look fails", async () => {
    await assert.rejects(run([new Error("no data")]), /no data/);
  });
});

test("openScreen draws in place, escapes, and clears after a resize", () => {
  const written: string[] = [];
  const terminal = { columns: 40, rows: 10, write: (text: string) => void written.push(text) };
  const screen = openScreen(terminal, false);
  assert.deepEqual(screen.size(), { width: 39, height: 9 });
  screen.draw(["a\u0007", "b"]);
  screen.draw(["c"]);
  terminal.columns = 50;
  screen.draw(["d"]);
  screen.close();
  assert.deepEqual(written, [
    "\x1b[?25la\\u0007\x1b[K\nb\x1b[K\n\x1b[J",
    "\x1b[2A\rc\x1b[K\n\x1b[J",
    "\x1b[2J\x1b[Hd\x1b[K\n\x1b[J",
    "\x1b[?25h",
  ]);
});
