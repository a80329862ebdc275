import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StateTransition } from "../../../shared/health/model.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { INITIAL_STATE } from "../../../shared/health/task-state.ts";
import { INITIAL_TRENDS } from "../../../shared/health/trends/trends.ts";
import type { UncountedReason } from "../../../shared/health/uncounted.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { NOON, type ShortWindow, tell } from "./windows.ts";

interface Case {
  readonly name: string;
  readonly alert?: AlertOverrides;
  readonly scheduleMs?: number;
  /** Windows in a row, each with what it brings. */
  readonly story: readonly (readonly [ShortWindow, string])[];
}

function tellAll(cases: readonly Case[]): void {
  for (const { name, story, ...setup } of cases) {
    it(name, () => {
      const shorts = story.map(([short]) => short);
      const expected = story.map(([, line]) => line);
      assert.deepEqual(tell(shorts, setup).lines, expected);
    });
  }
}

const DOWN = "OK>CRITICAL down";
const BACK = "CRITICAL>OK recovered";

/** So many windows alike. */
function times(count: number, short: ShortWindow): ShortWindow[] {
  return Array.from({ length: count }, () => short);
}

function changesOf(shorts: readonly ShortWindow[], alert: AlertOverrides = {}): StateTransition[] {
  const all = tell(shorts, { alert }).transitions.flat();
  return all.flatMap((each) => (each.kind === "state" ? each : []));
}

describe("judgeWindow by checks", () => {
  const down = "ffff";
  const up = "pppp";
  tellAll([
    {
      name: "needs five failures of a region alone",
      story: [
        [{ a: down }, ""],
        [{ a: "f" }, DOWN],
      ],
    },
    { name: "needs both of two regions", story: [[{ a: down, b: down }, DOWN]] },
    { name: "is not moved by one of two", story: [[{ a: down, b: up }, ""]] },
    { name: "needs two of three regions", story: [[{ a: down, b: down, c: up }, DOWN]] },
    {
      name: "is not moved by two of five",
      story: [[{ a: down, b: down, c: up, d: up, e: up }, ""]],
    },
    {
      name: "closes when the regions have passed twice",
      story: [
        [{ a: down, b: down }, DOWN],
        [{ a: "fffp", b: "pfff" }, ""],
        [{ a: "pppp", b: "pppp" }, BACK],
      ],
    },
    {
      name: "has nothing to judge where nothing was due",
      scheduleMs: 300_000,
      alert: { noDataWindows: 1 },
      story: [
        [{ a: "" }, ""],
        [{ a: "-" }, ""],
        [{}, ""],
      ],
    },
  ]);
});

describe("judgeWindow by trends", () => {
  /** A failure, and then 11 of 20 checks that fail, which breaks 20 %. */
  const failing = [{ a: "pppf" }, ...times(2, { a: "fpfp" }), ...times(3, { a: "fpff" })];
  const alert: AlertOverrides = { warning: { failurePercent: false }, failureThreshold: 100 };

  it("says nothing of one bad minute", () =>
    assert.deepEqual(changesOf([{ a: "pfpp" }, ...times(30, { a: "pppp" })]), []));

  it("warns of a lossy target, then calls it critical, each as a change of one spell", () => {
    const changes = changesOf(failing, alert);
    assert.deepEqual(
      changes.map(({ from, to, reason, track, number, phase }) => [
        `${from}>${to}`,
        `${reason}, ${track} ${number} ${phase}`,
      ]),
      [
        ["OK>WARNING", "degraded, warning 1 opened"],
        ["WARNING>CRITICAL", "failure_percent, warning 1 changed"],
      ],
    );
    assert.equal(changes[1]?.openedAtMs, changes[0]?.openedAtMs);
    assert.equal(changes[1]?.errorKind, "refused");
  });

  it("shows each region's vote with its figures and its health", () => {
    const [change] = changesOf(times(20, { a: "pppf", b: "ppfp", c: "pppp" }), alert);
    assert.equal(change?.reason, "degraded");
    assert.equal(change?.votesNeeded, 2);
    assert.deepEqual(
      change?.votes.map(({ region, vote, rule, health, figures }) => [
        `${region} ${vote} ${rule} ${health}`,
        figures.failedCount,
      ]),
      [
        ["a breach degraded healthy", 1],
        ["b breach degraded healthy", 1],
        ["c fine null healthy", 0],
      ],
    );
  });

  it("closes the spell when the trends are well, and remembers nothing of them", () => {
    const { state, lines } = tell([...failing, ...times(120, { a: "pppp" })], { alert });
    assert.deepEqual(
      lines.filter((line) => line !== ""),
      [
        "OK>WARNING degraded",
        "WARNING>CRITICAL failure_percent",
        "CRITICAL>WARNING successful_connections",
        "WARNING>OK recovered",
      ],
    );
    assert.equal(state.trends, INITIAL_TRENDS);
    assert.equal(state.warning.openedAtMs, null);
  });

  it("hears nothing of trends while an incident is open, nor of the outage afterwards", () => {
    const down = times(20, { a: "ffff", b: "ffff" });
    const { lines, state } = tell([...down, ...times(6, { a: "pppp", b: "pppp" })]);
    assert.deepEqual(
      lines.filter((line) => line !== ""),
      [DOWN, BACK],
    );
    assert.equal(state.trends, INITIAL_TRENDS);
  });

  it("does not listen to what is slow for a minute, but for fifteen", () => {
    assert.deepEqual(changesOf([{ a: "pppp@700" }, ...times(9, { a: "pppp@20" })]), []);
    const [slow] = changesOf(times(15, { a: "pppp@120", b: "pppp@260" }));
    assert.equal(slow?.reason, "avg_connect_time_ms");
    assert.equal(slow?.errorKind, null);
    assert.equal(slow?.votesNeeded, 1);
  });
});

describe("judgeWindow by silence", () => {
  tellAll([
    {
      name: "says NO_DATA after two silent windows, and that it is over",
      story: [
        [{ a: "pppp", b: "pppp" }, ""],
        [{ a: "mmmm", b: "mmmm" }, ""],
        [{ a: "mmmm", b: "uuuu" }, "OK>NO_DATA no_data"],
        [{ a: "mmmm", b: "mmmm" }, ""],
        [{ a: "mmmm", b: "pppp" }, "NO_DATA>OK recovered"],
      ],
    },
    {
      name: "takes no silence for a recovery",
      story: [
        [{ a: "ffff", b: "ffff" }, DOWN],
        [{ a: "mmmm", b: "mmmm" }, ""],
        [{ a: "ffff", b: "ffff" }, ""],
        [{ a: "mmmm", b: "mmmm" }, ""],
        [{ a: "mmmm", b: "mmmm" }, "CRITICAL>NO_DATA no_data"],
        [{ a: "ffff", b: "ffff" }, "NO_DATA>CRITICAL down"],
      ],
    },
  ]);

  const windows: readonly (readonly [ShortWindow, readonly UncountedReason[]])[] = [
    [{ a: "mmmm", b: "mmmm" }, []],
    [{ a: "eeee", b: "eeee" }, [{ reason: "EADDRNOTAVAIL", count: 8 }]],
    [{ a: "nn", b: "mm" }, [{ reason: "unsupported", count: 2 }]],
    [{ a: "ss", b: "mm" }, [{ reason: "secret_unavailable (ENOENT)", count: 2 }]],
    [
      { a: "uenn", b: "nn" },
      [
        { reason: "unsupported", count: 4 },
        { reason: "EADDRNOTAVAIL", count: 1 },
        { reason: "internal", count: 1 },
      ],
    ],
  ];
  for (const [short, uncounted] of windows) {
    it(`says why no check of ${JSON.stringify(short)} counts, and which regions did not vote`, () => {
      const [change] = changesOf([short], { noDataWindows: 1 });
      assert.deepEqual(change?.uncounted, uncounted);
      assert.deepEqual(
        change?.votes.map(({ region, vote }) => `${region} ${vote}`),
        ["a none", "b none"],
      );
    });
  }

  it("says of any other change no such reason", () => {
    const [change] = changesOf([{ a: "ffff", b: "ffff", c: "eeee" }]);
    assert.deepEqual([change?.to, change?.uncounted], ["CRITICAL", []]);
  });
});

describe("judgeWindow raises advisories", () => {
  tellAll([
    {
      name: "on a region that stays unhealthy alone for a minute, until it has recovered",
      story: [
        [{ a: "ffff", b: "pppp" }, ""],
        [{ a: "ffff", b: "pppp" }, "+a"],
        [{ a: "ffff", b: "pppp" }, ""],
        [{ a: "pppp", b: "pppp" }, "-a"],
      ],
    },
    {
      name: "not while the task itself is down, but on the region that stays behind",
      story: [
        [{ a: "ffff", b: "ffff" }, DOWN],
        [{ a: "ffff", b: "pppp" }, `${BACK}, +a`],
        [{ a: "pppp", b: "pppp" }, "-a"],
      ],
    },
    {
      name: "not on a region alone",
      story: [
        [{ a: "fff" }, ""],
        [{ a: "fp" }, ""],
        [{ a: "pp" }, ""],
      ],
    },
  ]);
});

describe("judgeWindow's state", () => {
  it("stays the initial object for a healthy task", () => {
    const healthy = { dublin: "pppp@10", sydney: "pppp@260" };
    const { states } = tell([healthy, healthy, {}, healthy]);
    for (const state of states) assert.equal(state, INITIAL_STATE);
  });

  it("stays the same object in NO_DATA", () => {
    const { states } = tell([{ a: "m" }, { a: "m" }, { a: "m" }, { a: "m" }]);
    assert.equal(states[3], states[1]);
  });

  it("dates its status and counts its events", () => {
    const { state } = tell([
      { a: "pppp", b: "pppp" },
      { a: "ffff", b: "ffff" },
    ]);
    assert.equal(state.status, "CRITICAL");
    assert.equal(state.rule, "down");
    assert.equal(state.sinceMs, NOON + MINUTE_MS + 45_000);
    assert.equal(state.throughMs, NOON + MINUTE_MS);
    assert.equal(state.sequence, 1);
  });

  it("remembers a region that a window does not name", () => {
    const { states } = tell([{ a: "ffff", b: "pppp" }, { b: "pppp" }]);
    assert.equal(states[1]?.regions.a?.status, "unhealthy");
  });
});
