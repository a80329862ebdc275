import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StateTransition } from "../../../shared/health/model.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { INITIAL_STATE } from "../../../shared/health/task-state.ts";
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

const CRITICAL = "OK>CRITICAL failure_percent";
const WARNING = "OK>WARNING failure_percent";
const BACK = "CRITICAL>OK recovered";

describe("judgeWindow takes a quorum", () => {
  const down = "ffff";
  const up = "pppp";
  tellAll([
    { name: "of one region: that one", story: [[{ a: down }, CRITICAL]] },
    { name: "of two regions: not one", story: [[{ a: down, b: up }, "+a"]] },
    { name: "of two regions: both", story: [[{ a: down, b: down }, CRITICAL]] },
    { name: "of three regions: not one", story: [[{ a: down, b: up, c: up }, "+a"]] },
    { name: "of three regions: two", story: [[{ a: down, b: down, c: up }, CRITICAL]] },
    {
      name: "of five regions: not two",
      story: [[{ a: down, b: down, c: up, d: up, e: up }, "+a, +b"]],
    },
    {
      name: "of five regions: three",
      story: [[{ a: down, b: down, c: down, d: up, e: up }, CRITICAL]],
    },
    {
      name: "of the regions that reported: a missing one never votes",
      story: [[{ a: down, b: "mmmm", c: "mmmm" }, CRITICAL]],
    },
    {
      name: "of the regions that reported: two of four are not more than half",
      story: [[{ a: down, b: down, c: up, d: up, e: "mmmm" }, "+a, +b"]],
    },
    {
      name: "of the regions whose checks count: our own faults never vote",
      story: [[{ a: down, b: "uuuu", c: "uuuu" }, CRITICAL]],
    },
    {
      name: "of one by policy: any region",
      alert: { quorum: 1 },
      story: [[{ a: down, b: up, c: up }, CRITICAL]],
    },
    {
      name: "of three by policy: not two of three",
      alert: { quorum: 3 },
      story: [[{ a: down, b: down, c: up }, "+a, +b"]],
    },
    {
      name: "of three by policy, where only two reported: both",
      alert: { quorum: 3 },
      story: [[{ a: down, b: down, c: "mmmm" }, CRITICAL]],
    },
    {
      name: "at warning of regions at warning and at critical together",
      story: [[{ a: "ppppppppppppf", b: down, c: up }, WARNING]],
    },
  ]);
});

describe("judgeWindow moves the status", () => {
  tellAll([
    {
      name: "up and down through WARNING",
      story: [
        [{ a: "ppppppppppppf" }, WARNING],
        [{ a: "ppppppppppppf" }, ""],
        [{ a: "pff" }, "WARNING>CRITICAL failure_percent"],
        [{ a: "ppppppppppppf" }, "CRITICAL>WARNING failure_percent"],
        [{ a: "pppp" }, "WARNING>OK recovered"],
      ],
    },
    {
      name: "to CRITICAL when nothing succeeded in five whole windows",
      alert: {
        warning: { failurePercent: false, successPercentOfExpected: false },
        critical: { failurePercent: false },
        failureThreshold: 100,
      },
      story: [
        [{ a: "ppff" }, ""],
        [{ a: "ffff" }, ""],
        [{ a: "ffff" }, ""],
        [{ a: "ffff" }, ""],
        [{ a: "ffff" }, ""],
        [{ a: "ffff" }, "OK>CRITICAL no_success_minutes"],
        [{ a: "fffp" }, BACK],
      ],
    },
    {
      name: "to NO_DATA after two silent windows, and back",
      story: [
        [{ a: "pppp", b: "pppp" }, ""],
        [{ a: "mmmm", b: "mmmm" }, ""],
        [{ a: "mmmm", b: "uuuu" }, "OK>NO_DATA no_data"],
        [{ a: "mmmm", b: "mmmm" }, ""],
        [{ a: "mmmm", b: "pppp" }, "NO_DATA>OK recovered"],
      ],
    },
    {
      name: "from NO_DATA straight to CRITICAL",
      alert: { noDataWindows: 1 },
      story: [
        [{ a: "mmmm" }, "OK>NO_DATA no_data"],
        [{ a: "ffff" }, "NO_DATA>CRITICAL failure_percent"],
      ],
    },
    {
      name: "not at one silent window: a task that is down stays so",
      story: [
        [{ a: "ffff" }, CRITICAL],
        [{ a: "mmmm" }, ""],
        [{ a: "ffff" }, ""],
        [{ a: "mmmm" }, ""],
        [{ a: "mmmm" }, "CRITICAL>NO_DATA no_data"],
      ],
    },
    {
      name: "not at windows in which nothing was due",
      alert: { noDataWindows: 1 },
      scheduleMs: 300_000,
      story: [
        [{ a: "f" }, CRITICAL],
        [{ a: "" }, ""],
        [{ a: "-" }, ""],
        [{}, ""],
        [{ a: "p" }, BACK],
      ],
    },
  ]);
});

describe("judgeWindow between any two statuses", () => {
  /** A window that brings a status whatever the one before, by which rule, and the kind it names. */
  const BRINGS = {
    OK: { short: { a: "pppp" }, rule: null, errorKind: null },
    WARNING: { short: { a: "ppppppppppppt" }, rule: "failure_percent", errorKind: "timeout" },
    CRITICAL: { short: { a: "ffff" }, rule: "failure_percent", errorKind: "refused" },
    NO_DATA: { short: { a: "mmmm" }, rule: "no_data", errorKind: null },
  } as const;
  const statuses = Object.keys(BRINGS) as (keyof typeof BRINGS)[];
  for (const from of statuses) {
    for (const to of statuses) {
      it(`${from} to ${to}`, () => {
        const shorts = [BRINGS[from].short, BRINGS[to].short];
        const { states, transitions } = tell(shorts, { alert: { noDataWindows: 1 } });
        const changes = transitions[1]?.filter(({ kind }) => kind === "state") ?? [];
        const { rule, errorKind } = BRINGS[to];
        assert.equal(states[1]?.status, to);
        assert.equal(states[1]?.rule, rule);
        assert.deepEqual(
          changes.map((each) => ({ ...each, votes: [], votesNeeded: 0 })),
          from === to
            ? []
            : [
                {
                  kind: "state",
                  from,
                  to,
                  reason: rule ?? "recovered",
                  errorKind,
                  votes: [],
                  votesNeeded: 0,
                  uncounted: [],
                },
              ],
        );
      });
    }
  }
});

describe("a change to NO_DATA says why no check counts", () => {
  const windows: readonly (readonly [ShortWindow, readonly UncountedReason[]])[] = [
    [{ a: "mmmm", b: "mmmm" }, []],
    [{ a: "eeee", b: "eeee" }, [{ reason: "EADDRNOTAVAIL", count: 8 }]],
    [{ a: "nn", b: "mm" }, [{ reason: "unsupported", count: 2 }]],
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
    it(`of ${JSON.stringify(short)}`, () => {
      const { transitions } = tell([short], { alert: { noDataWindows: 1 } });
      const [change] = transitions[0] ?? [];
      assert.deepEqual(change?.kind === "state" && change.uncounted, uncounted);
    });
  }

  it("and any other change does not", () => {
    const { transitions } = tell([{ a: "ffff", b: "eeee" }]);
    const [change] = transitions[0] ?? [];
    assert.deepEqual(change?.kind === "state" && [change.to, change.uncounted], ["CRITICAL", []]);
  });
});

describe("judgeWindow doesn't take distance for a fault", () => {
  const SLOW = "OK>WARNING avg_connect_time_ms";
  tellAll([
    {
      name: "Dublin at 10 ms and Sydney at 260 ms are OK",
      story: [[{ dublin: "pppp@10", sydney: "pppp@260" }, ""]],
    },
    {
      name: "unless each region votes on its own latency",
      alert: { latencyScope: "each", quorum: 1 },
      story: [[{ dublin: "pppp@10", sydney: "pppp@260" }, SLOW]],
    },
    {
      name: "and each region's vote takes a quorum",
      alert: { latencyScope: "each" },
      story: [
        [{ dublin: "pppp@10", sydney: "pppp@260" }, ""],
        [{ dublin: "pppp@110", sydney: "pppp@260" }, SLOW],
      ],
    },
    {
      name: "a nearest region above the limit is slow",
      story: [
        [{ dublin: "pppp@110", sydney: "pppp@260" }, SLOW],
        [{ dublin: "pppp@510", sydney: "pppp@700" }, "WARNING>CRITICAL avg_connect_time_ms"],
        [{ dublin: "pppp@10", sydney: "pppp@700" }, BACK],
      ],
    },
    {
      name: "losing the nearest region raises nothing",
      story: [
        [{ dublin: "pppp@10", sydney: "pppp@260" }, ""],
        [{ dublin: "mmmm", sydney: "pppp@260" }, ""],
        [{ dublin: "uuuu", sydney: "pppp@260" }, ""],
        [{ dublin: "-", sydney: "pppp@260" }, ""],
        [{ dublin: "pppp@10", sydney: "pppp@260" }, ""],
      ],
    },
    {
      name: "failing in the nearest region is an advisory, not slowness",
      story: [[{ dublin: "ffff", sydney: "pppp@260" }, "+dublin"]],
    },
    {
      name: "losing the nearest region clears nothing either",
      story: [
        [{ dublin: "pppp@110", sydney: "pppp@260" }, SLOW],
        [{ dublin: "mmmm", sydney: "pppp@260" }, ""],
        [{ dublin: "mmmm", sydney: "pppp@90" }, "WARNING>OK recovered"],
      ],
    },
    {
      name: "failing in the nearest region clears nothing either",
      story: [
        [{ dublin: "pppp@110", sydney: "pppp@260" }, SLOW],
        [{ dublin: "ffff", sydney: "pppp@260" }, "+dublin"],
        [{ dublin: "pppp@10", sydney: "pppp@260" }, "WARNING>OK recovered, -dublin"],
      ],
    },
    {
      name: "a port that should be closed has no latency",
      story: [[{ dublin: "pppp@none", sydney: "pppp@none" }, ""]],
    },
  ]);
});

describe("judgeWindow raises advisories", () => {
  tellAll([
    {
      name: "when checks in a row over several windows made the region unhealthy",
      scheduleMs: 60_000,
      story: [
        [{ a: "f", b: "p" }, ""],
        [{ a: "f", b: "p" }, ""],
        [{ a: "f", b: "p" }, "+a"],
        [{ a: "f", b: "p" }, ""],
        [{ a: "p", b: "p" }, ""],
        [{ a: "p", b: "p" }, "-a"],
      ],
    },
    {
      name: "not while the task itself has the quorum, but for the region that stays behind",
      story: [
        [{ a: "ffff", b: "ffff" }, CRITICAL],
        [{ a: "ffff", b: "pppp" }, `${BACK}, +a`],
        [{ a: "pppp", b: "pppp" }, "-a"],
      ],
    },
    {
      name: "not for regions that have just begun to recover",
      scheduleMs: 60_000,
      alert: { failureThreshold: 1 },
      story: [
        [{ a: "f", b: "f" }, CRITICAL],
        [{ a: "p", b: "p" }, BACK],
        [{ a: "p", b: "p" }, ""],
      ],
    },
    {
      name: "not for a region that is only missing",
      story: [
        [{ a: "ffff", b: "ffff" }, CRITICAL],
        [{ a: "mmmm", b: "pppp" }, BACK],
        [{ a: "ffff", b: "pppp" }, "+a"],
      ],
    },
    {
      name: "that stay when the others fail too, until the region is healthy",
      story: [
        [{ a: "ffff", b: "pppp" }, "+a"],
        [{ a: "ffff", b: "ffff" }, CRITICAL],
        [{ a: "pppp", b: "pppp" }, `${BACK}, -a`],
      ],
    },
    {
      name: "where no threshold rule is on",
      alert: {
        warning: { failurePercent: false, successPercentOfExpected: false },
        critical: { failurePercent: false, noSuccessMinutes: false },
      },
      story: [[{ a: "ffff", b: "ffff" }, "+a, +b"]],
    },
  ]);
});

describe("judgeWindow where regions take turns", () => {
  const scheduleMs = 300_000;
  tellAll([
    {
      name: "lets no region be its own quorum",
      scheduleMs,
      story: [
        [{ a: "f", b: "", c: "" }, ""],
        [{ a: "", b: "p", c: "" }, ""],
        [{ a: "", b: "", c: "p" }, ""],
        [{ a: "f", b: "", c: "" }, ""],
        [{ a: "", b: "p", c: "" }, ""],
        [{ a: "", b: "", c: "p" }, ""],
        [{ a: "f", b: "", c: "" }, "+a"],
      ],
    },
    {
      name: "remembers who failed until its next check",
      scheduleMs,
      story: [
        [{ a: "f", b: "", c: "" }, ""],
        [{ a: "", b: "f", c: "" }, CRITICAL],
        [{ a: "", b: "", c: "p" }, ""],
        [{ a: "p", b: "", c: "" }, BACK],
        [{ a: "", b: "p", c: "" }, ""],
      ],
    },
    {
      name: "lets a region that isn't at work not vote",
      scheduleMs,
      story: [[{ a: "f", b: "-", c: "-" }, CRITICAL]],
    },
    {
      name: "lets a missed check say nothing",
      scheduleMs,
      story: [
        [{ a: "f", b: "", c: "" }, ""],
        [{ a: "", b: "m", c: "" }, ""],
        [{ a: "", b: "", c: "f" }, CRITICAL],
      ],
    },
    {
      name: "doesn't take distance for a fault",
      scheduleMs,
      story: [
        [{ dublin: "p@10", sydney: "" }, ""],
        [{ dublin: "", sydney: "p@260" }, ""],
        [{ dublin: "-", sydney: "p@260" }, ""],
        [{ dublin: "p@110", sydney: "" }, "OK>WARNING avg_connect_time_ms"],
        [{ dublin: "", sydney: "p@260" }, ""],
        [{ dublin: "p@10", sydney: "" }, "WARNING>OK recovered"],
      ],
    },
  ]);

  it("stands by no vote where every region is due in every window", () => {
    const shorts = [
      { a: "p", b: "p" },
      { a: "", b: "f" },
    ];
    assert.deepEqual(tell(shorts, { scheduleMs: 60_000 }).lines, ["", CRITICAL]);
  });
});

describe("judgeWindow's state", () => {
  it("stays the initial object for a healthy task", () => {
    const healthy = { dublin: "pppp@10", sydney: "pppp@260" };
    const { states } = tell([healthy, { dublin: "pppu", sydney: "ppmm" }, {}, healthy]);
    for (const state of states) assert.equal(state, INITIAL_STATE);
  });

  it("stays the same object while a task stays down", () => {
    const down = { a: "ffff" };
    const { states } = tell([down, down, down]);
    assert.notEqual(states[0], INITIAL_STATE);
    assert.equal(states[1], states[0]);
    assert.equal(states[2], states[0]);
  });

  it("stays the same object in NO_DATA", () => {
    const { states } = tell([{ a: "m" }, { a: "m" }, { a: "m" }, { a: "m" }]);
    assert.equal(states[3], states[1]);
  });

  it("dates its status and counts its events", () => {
    const { state } = tell([
      { a: "p", b: "p" },
      { a: "fff", b: "p" },
      { a: "fff", b: "fff" },
    ]);
    assert.equal(state.status, "CRITICAL");
    assert.equal(state.rule, "failure_percent");
    assert.equal(state.sinceMs, NOON + 2 * MINUTE_MS);
    assert.equal(state.throughMs, NOON + 2 * MINUTE_MS);
    assert.equal(state.sequence, 2);
  });

  it("remembers a region that a window does not name", () => {
    const { states } = tell([{ a: "ffff", b: "pppp" }, { b: "pppf" }, { b: "pppp" }]);
    assert.equal(states[1]?.regions.a, states[0]?.regions.a);
    assert.equal(states[2]?.regions.a?.status, "unhealthy");
  });

  it("forgets a region that is well again", () => {
    const { state } = tell([
      { a: "ffff", b: "pppp" },
      { a: "pppp", b: "pppp" },
    ]);
    assert.deepEqual(state.regions, {});
    assert.equal(state.sequence, 2);
  });
});

describe("judgeWindow's evidence", () => {
  function firstChange(short: ShortWindow, alert: AlertOverrides = {}): StateTransition {
    const found = tell([short], { alert })
      .transitions.flat()
      .find((each) => each.kind === "state");
    assert.ok(found !== undefined);
    return found as StateTransition;
  }

  it("holds each region's vote, rule, value, limit and health", () => {
    const { votes, votesNeeded } = firstChange({ a: "ffff", b: "pf", c: "pppp", d: "mmmm" });
    assert.equal(votesNeeded, 2);
    assert.deepEqual(
      votes.map(({ region, vote, rule, value, limit, health }) => [
        region,
        vote,
        rule,
        value,
        limit,
        health,
      ]),
      [
        ["a", "breach", "failure_percent", 100, 20, "unhealthy"],
        ["b", "breach", "failure_percent", 50, 20, "healthy"],
        ["c", "fine", null, null, null, "healthy"],
        ["d", "none", null, null, null, "healthy"],
      ],
    );
  });

  it("names the kind of most failures of the breaching regions, never our own fault", () => {
    assert.equal(firstChange({ a: "fttuuuu", b: "fft" }).errorKind, "refused");
    assert.equal(firstChange({ a: "fttuuuu", b: "tft" }).errorKind, "timeout");
  });

  it("shows the nearest region's vote where its latency decides", () => {
    const change = firstChange({ dublin: "pppp@110", sydney: "pppp@260" });
    assert.equal(change.votesNeeded, 1);
    assert.equal(change.errorKind, null);
    assert.deepEqual(
      change.votes.map(({ region, vote, value, limit }) => [region, vote, value, limit]),
      [
        ["dublin", "breach", 110, 100],
        ["sydney", "fine", null, null],
      ],
    );
  });
});
