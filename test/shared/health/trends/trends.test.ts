import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AlertOverrides } from "../../../../shared/health/rules/rules.ts";
import {
  fromStoredTrends,
  INITIAL_TRENDS,
  judgeTrends,
  retainTrends,
  type TrendJudgement,
  type Trends,
  takeBackTrends,
  type UsualTimes,
  wantsUsual,
  worthStoring,
} from "../../../../shared/health/trends/trends.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { DEFAULTS, NOON, policyWith, type ShortWindow, windowAt } from "../windows.ts";

interface Setup {
  readonly alert?: AlertOverrides;
  readonly scheduleMs?: number;
  readonly usual?: (minute: number) => UsualTimes | null;
  readonly isFrozen?: (minute: number) => boolean;
}

/** Judges windows one after the other; a number repeats the window before it. */
function tell(shorts: readonly ShortWindow[], setup: Setup = {}) {
  const policy = policyWith(setup.alert ?? {});
  const judgements: TrendJudgement[] = [];
  const lines: string[] = [];
  let memory: Trends = INITIAL_TRENDS;
  let writeCount = 0;
  for (const [minute, short] of shorts.entries()) {
    const usual = setup.usual?.(minute) ?? null;
    const isFrozen = setup.isFrozen?.(minute) ?? false;
    const window = windowAt(minute, short, setup.scheduleMs ?? 15_000);
    const judged = judgeTrends(memory, window, { policy, isFrozen, usual });
    if (judged.memory !== memory) writeCount += 1;
    memory = judged.memory;
    judgements.push(judged);
    lines.push(judged.severity === null ? "" : `${judged.severity} ${judged.rule}`);
  }
  return { judgements, lines, memory, writeCount };
}

function times(count: number, short: ShortWindow): ShortWindow[] {
  return Array.from({ length: count }, () => short);
}

/** The first minute with a line, and the line. */
function firstOf(lines: readonly string[]) {
  const minute = lines.findIndex((line) => line !== "");
  return minute < 0 ? null : `${minute} ${lines[minute]}`;
}

const MORE_REGIONS = { b: "pppp", c: "pppp" };

const usualOf = (ms: number | null, readAtMs = NOON): UsualTimes => ({
  readAtMs,
  regions: { a: ms, b: ms },
});

describe("judgeTrends of a task that is well", () => {
  it("remembers nothing, in the same object", () => {
    for (const short of [{ a: "pppp" }, { a: "pppp", b: "p", c: "" }, { a: "mmmm" }, { a: "-" }]) {
      const { memory, judgements } = tell(times(3, short));
      assert.equal(memory, INITIAL_TRENDS);
      assert.equal(judgements[0]?.severity, null);
    }
  });

  it("says which region was fine and which was silent", () => {
    const { judgements } = tell([{ b: "pppp", a: "mmmm" }]);
    assert.deepEqual(judgements[0]?.votes, [
      { region: "a", vote: "none", rule: null, value: null, limit: null },
      { region: "b", vote: "fine", rule: null, value: null, limit: null },
    ]);
  });

  it("writes once for one failure, and remembers nothing of it after 20 checks that passed", () => {
    const { memory, writeCount } = tell([{ a: "pfpp" }, ...times(10, { a: "pppp" })]);
    assert.equal(writeCount, 1);
    const leftAt = (minute: number) =>
      worthStoring(memory, DEFAULTS, { atMs: NOON + minute * MINUTE_MS, scheduleMs: 15_000 });
    assert.equal(leftAt(5), memory);
    assert.equal(leftAt(6), INITIAL_TRENDS);
  });

  it("begins anew with a failure after what is forgotten", () => {
    const calm = [{ a: "pfpp" }, ...times(10, { a: "pppp" })];
    const { memory } = tell([...calm, { a: "pppf" }]);
    assert.deepEqual(memory.regions.a?.batch, { failedCount: 0, checkCount: 0 });
    assert.equal(memory.regions.a?.drift?.failedCount, 1);
  });

  it("says nothing of a lost SYN, however often", () => {
    const { lines } = tell(times(30, { a: "rrrr@10" }));
    assert.equal(firstOf(lines), null);
  });
});

describe("judgeTrends of shares", () => {
  /** A first failure, and so many of the 20 checks after it, in one region at 15 s. */
  function batchOf(failedCount: number): ShortWindow[] {
    const letters = Array.from({ length: 20 }, (_, i) => (i % 20 < failedCount ? "f" : "p"));
    const rows = [0, 4, 8, 12, 16].map((from) => letters.slice(from, from + 4).join(""));
    return [{ a: "pppf" }, ...rows.map((a) => ({ a }))];
  }

  const shareOnly = (limit: number): AlertOverrides => ({
    warning: { failurePercent: false, successPercentOfExpected: false },
    critical: { failurePercent: limit, noSuccessMinutes: false },
  });

  for (const [limit, least] of [
    [5, 6],
    [10, 8],
    [20, 11],
    [50, 18],
  ] as const) {
    it(`breaks a limit of ${limit} % by ${least} failures of 20, and by no fewer`, () => {
      const broken = tell(batchOf(least), { alert: shareOnly(limit) });
      assert.equal(broken.lines.at(-1), "critical failure_percent");
      assert.equal(broken.judgements.at(-1)?.votes[0]?.value, least * 5);
      const kept = tell(batchOf(least - 1), { alert: shareOnly(limit) });
      assert.ok(!kept.lines.includes("critical failure_percent"));
    });
  }

  it("shows counts of a rule about passes", () => {
    const alert = {
      warning: { failurePercent: false },
      critical: { failurePercent: false, noSuccessMinutes: false, successPercentOfExpected: 90 },
    } as const;
    const { judgements } = tell(batchOf(8), { alert });
    const [vote] = judgements.at(-1)?.votes ?? [];
    assert.deepEqual([vote?.rule, vote?.value, vote?.limit], ["successful_connections", 12, 18]);
  });

  it("counts no missed and no uncounted check", () => {
    const rows = batchOf(11).flatMap(({ a = "" }) => [{ a: `${a}uu` }, { a: "mmuu" }]);
    const { lines } = tell(rows, { alert: shareOnly(20) });
    assert.equal(lines.at(-1), "critical failure_percent");
  });

  it("takes a quorum: one region of three is not enough, two are", () => {
    const one = batchOf(11).map(({ a = "" }) => ({ a, ...MORE_REGIONS }));
    assert.equal(firstOf(tell(one, { alert: shareOnly(20) }).lines), null);
    const two = batchOf(11).map(({ a = "" }) => ({ a, b: a, c: "pppp" }));
    const { judgements } = tell(two, { alert: shareOnly(20) });
    const last = judgements.at(-1);
    assert.deepEqual([last?.rule, last?.votesNeeded], ["failure_percent", 2]);
  });

  it("asks a region that was silent for ten minutes no more", () => {
    const one = batchOf(11).map(({ a = "" }) => ({ a, b: "mmmm" }));
    const broken = tell(one, { alert: shareOnly(20) });
    assert.equal(firstOf(broken.lines), null);
    const later = times(12, { a: "fpff", b: "mmmm" });
    const { lines, judgements } = tell([...one, ...later], { alert: shareOnly(20) });
    assert.equal(lines.at(-1), "critical failure_percent");
    assert.equal(judgements.at(-1)?.votes[1]?.vote, "none");
  });

  it("clears after 40 checks of which none fails, not before", () => {
    const alert = shareOnly(20);
    const { lines } = tell([...batchOf(11), ...times(12, { a: "pppp" })], { alert });
    const first = lines.indexOf("critical failure_percent");
    const last = lines.lastIndexOf("critical failure_percent");
    assert.deepEqual([first, last], [5, 14]);
  });

  it("stays broken while a third fails", () => {
    const { lines } = tell([...batchOf(11), ...times(200, { a: "fppp" })], {
      alert: shareOnly(20),
    });
    assert.ok(lines.slice(5).every((line) => line.startsWith("critical")));
  });

  it("needs five minutes too: a burst of seconds is no share", () => {
    const second = `${"p".repeat(30)}${"f".repeat(20)}${"p".repeat(10)}`;
    const setup = { scheduleMs: 1_000, alert: shareOnly(20) };
    const { lines } = tell([{ a: second }, ...times(8, { a: "p".repeat(60) })], setup);
    assert.equal(firstOf(lines), null);
  });

  it("drops a rule that is turned off", () => {
    const { memory } = tell(batchOf(11), { alert: shareOnly(20) });
    const off = policyWith({
      warning: { failurePercent: false, successPercentOfExpected: false },
      critical: { failurePercent: false },
    });
    const window = windowAt(6, { a: "pppp" });
    const judged = judgeTrends(memory, window, { policy: off, isFrozen: false, usual: null });
    assert.notEqual(judged.rule, "failure_percent");
  });
});

describe("judgeTrends of minutes without a success", () => {
  const slow = { scheduleMs: 300_000 };
  const only: AlertOverrides = {
    warning: { failurePercent: false, successPercentOfExpected: false },
    critical: { failurePercent: false },
  };
  const every5 = (letter: string): ShortWindow[] => [{ a: letter }, ...times(4, { a: "" })];

  it("needs as many failures in a row as turn a region", () => {
    const three = [1, 2, 3].flatMap(() => every5("f"));
    assert.equal(firstOf(tell(three, { ...slow, alert: only }).lines), null);
    const four = tell([...three, ...every5("f")], { ...slow, alert: only });
    assert.equal(firstOf(four.lines), "15 critical no_success_minutes");
    const back = tell([...three, ...every5("f"), { a: "p" }], { ...slow, alert: only });
    assert.ok(!back.lines.at(-1)?.startsWith("critical"));
  });
});

describe("judgeTrends of a drift", () => {
  it("calls a lossy target degraded, a region alone with a broken path not", () => {
    const lossy = times(20, { a: "pppf", b: "ppfp", c: "pppp" });
    assert.match(firstOf(tell(lossy).lines) ?? "", /^\d+ warning degraded$/);
    const alone = times(60, { a: "pppf", ...MORE_REGIONS });
    assert.equal(firstOf(tell(alone).lines), null);
  });

  it("shows the share that failed since the drift began", () => {
    const { judgements, lines } = tell(times(20, { a: "pppf", b: "ppfp" }));
    const opened = judgements[lines.indexOf("warning degraded")];
    assert.equal(opened?.votesNeeded, 2);
    assert.deepEqual(
      opened?.votes.map(({ vote, rule, limit }) => [vote, rule, limit]),
      [
        ["breach", "degraded", 2],
        ["breach", "degraded", 2],
      ],
    );
    assert.ok((opened?.votes[0]?.value ?? 0) >= 25);
  });

  it("closes when the drift has been small for half an hour", () => {
    const { lines } = tell([...times(10, { a: "fppf" }), ...times(90, { a: "pppp" })]);
    const closed = lines.lastIndexOf("warning degraded") + 1;
    assert.ok(closed >= 40 && closed < 80, `closed in minute ${closed}`);
  });

  it("rests while the task is down: the same memory, and what was said stays said", () => {
    const lossy = times(10, { a: "fppf" });
    const down = times(30, { a: "ffff" });
    const setup = { isFrozen: (minute: number) => minute >= 10 && minute < 40 };
    const { judgements, lines } = tell([...lossy, ...down, { a: "pppp" }], setup);
    assert.equal(judgements[11]?.memory, judgements[39]?.memory);
    assert.ok(lines.slice(9).every((line) => line === "warning degraded"));
  });

  it("opens nothing because of an outage", () => {
    const down = times(30, { a: "ffff", b: "ffff" });
    const { lines, memory } = tell([...down, ...times(3, { a: "pppp", b: "pppp" })], {
      isFrozen: (minute) => minute < 31,
    });
    assert.equal(firstOf(lines), null);
    assert.equal(memory, INITIAL_TRENDS);
  });
});

describe("judgeTrends of connect times", () => {
  const near = (ms: number, minutes: number) => times(minutes, { a: `pppp@${ms}` });
  const known = (ms: number) => ({
    usual: (minute: number) => (minute === 1 ? usualOf(ms) : null),
  });

  it("opens after five minutes above the limit, and closes after ten below 0.85 of it", () => {
    const { lines } = tell([...near(130, 8), ...near(90, 5), ...near(80, 12)], known(10));
    assert.equal(firstOf(lines), "4 warning avg_connect_time_ms");
    const closed = lines.lastIndexOf("warning avg_connect_time_ms") + 1;
    // The median of nine falls with the second window at 80 ms.
    assert.equal(closed, 8 + 5 + 10);
  });

  it("is critical above its own limit, by the median", () => {
    const { lines, judgements } = tell(near(700, 8), known(10));
    assert.equal(lines.at(-1), "critical avg_connect_time_ms");
    const [vote] = judgements.at(-1)?.votes ?? [];
    assert.deepEqual([vote?.value, vote?.limit], [700, 500]);
  });

  it("keeps quiet about a target that is always far, and reads its usual times once a day", () => {
    const read: number[] = [];
    let memory: Trends = INITIAL_TRENDS;
    const policy = policyWith({});
    for (let minute = 0; minute < 2 * 1_440; minute++) {
      const atMs = NOON + minute * MINUTE_MS;
      const isWanted = wantsUsual(memory, atMs);
      if (isWanted) read.push(minute);
      const usual = isWanted ? usualOf(260, atMs) : null;
      const window = windowAt(minute, { a: "pppp@260" });
      const judged = judgeTrends(memory, window, { policy, isFrozen: false, usual });
      assert.equal(judged.severity, null);
      memory = judged.memory;
    }
    assert.ok(read.length <= 3, `read in ${read}`);
  });

  it("waits for the usual times, and after fifteen minutes for nothing more", () => {
    assert.equal(firstOf(tell(near(260, 20)).lines), "14 warning avg_connect_time_ms");
    const unknown = tell(near(260, 20), { usual: (minute) => usualOf(null, NOON + minute) });
    assert.equal(firstOf(unknown.lines), "14 warning avg_connect_time_ms");
  });

  it("tells a rise from what is usual", () => {
    const quiet = tell(near(170, 20), known(101));
    assert.equal(firstOf(quiet.lines), null);
    const risen = tell(near(172, 20), known(101));
    assert.equal(firstOf(risen.lines), "4 warning avg_connect_time_ms");
  });

  it("listens to the nearest region alone", () => {
    const far = times(20, { a: "pppp@20", b: "pppp@260" });
    assert.equal(tell(far).memory, INITIAL_TRENDS);
    const both = times(20, { a: "pppp@160", b: "pppp@260" });
    const { judgements, lines } = tell(both, known(30));
    assert.equal(firstOf(lines), "4 warning avg_connect_time_ms");
    const votes = judgements[5]?.votes.map(({ region, vote }) => `${region} ${vote}`);
    assert.deepEqual(votes, ["a breach", "b fine"]);
  });

  it("lets each region vote if the policy says so", () => {
    const alert = { latencyScope: "each" } as const;
    const one = times(20, { a: "pppp@160", b: "pppp@20", c: "pppp@20" });
    assert.equal(firstOf(tell(one, { ...known(20), alert }).lines), null);
    const two = times(20, { a: "pppp@160", b: "pppp@160", c: "pppp@20" });
    assert.equal(
      firstOf(tell(two, { ...known(20), alert }).lines),
      "4 warning avg_connect_time_ms",
    );
  });

  it("does not count the time in which the task is down", () => {
    const rows = [...near(130, 3), ...times(10, { a: "ffff" }), ...near(130, 4)];
    const setup = { ...known(10), isFrozen: (minute: number) => minute >= 3 && minute < 13 };
    assert.equal(firstOf(tell(rows, setup).lines), null);
  });

  it("needs five times, whatever the schedule", () => {
    const every5 = [{ a: "p@200" }, ...times(4, { a: "" })];
    const rows = [1, 2, 3, 4, 5].flatMap(() => every5);
    const { lines } = tell(rows, { ...known(10), scheduleMs: 300_000 });
    assert.equal(firstOf(lines), "20 warning avg_connect_time_ms");
  });
});

describe("stored trends", () => {
  const lossy = tell(times(7, { a: "pppf", b: "ppfp@160" })).memory;

  it("are the same after they were stored as JSON", () => {
    assert.notEqual(lossy, INITIAL_TRENDS);
    assert.deepEqual(fromStoredTrends(JSON.parse(JSON.stringify(lossy))), lossy);
  });

  it("are nothing if nothing is stored", () => {
    assert.equal(fromStoredTrends(null), INITIAL_TRENDS);
    assert.equal(fromStoredTrends({}), INITIAL_TRENDS);
  });

  it("have initially what an older version did not store", () => {
    const stored = JSON.parse('{"regions":{"a":{"throughMs":5,"drift":null}}}');
    assert.deepEqual(fromStoredTrends(stored).regions.a, {
      throughMs: 5,
      batch: null,
      drift: null,
      broken: [],
      failing: null,
      silentSinceMs: null,
    });
  });

  it("have no instant that is later than the one to which a clock was set back", () => {
    const toMs = NOON + 2 * MINUTE_MS;
    const taken = takeBackTrends(lossy, toMs);
    const later = Object.values(taken.regions).filter(({ throughMs }) => throughMs > toMs);
    assert.deepEqual(later, []);
    assert.equal(takeBackTrends(taken, toMs), taken);
    assert.equal(takeBackTrends(INITIAL_TRENDS, 0), INITIAL_TRENDS);
  });

  it("are without a region in which the task is not planned any more", () => {
    assert.deepEqual(Object.keys(retainTrends(lossy, ["b"]).regions), ["b"]);
    assert.equal(retainTrends(lossy, ["a", "b", "c"]), lossy);
    assert.deepEqual(retainTrends(lossy, []).regions, {});
  });
});
