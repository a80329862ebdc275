import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  INITIAL_HEALTH,
  INITIAL_STATE,
  judgeSamples,
  type StateTransition,
  type TaskState,
} from "../../../shared/health/health.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import type { TaskWindow } from "../../../shared/summary/summary.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { NOON, policyWith } from "./windows.ts";
import { windowOf } from "./worlds.ts";

const VERDICTS = { p: "passed", f: "failed", u: "uncounted" } as const;

/** Samples by region in short, e.g. `f0 F5 p60`: a letter (`P` and `F` are rechecks) and its second. */
function lookAt(regions: Readonly<Record<string, string>>, scheduleMs = MINUTE_MS): TaskWindow {
  const samples = Object.entries(regions).map(([name, short]) => [
    name,
    short
      .split(" ")
      .filter((each) => each !== "")
      .map((each) => {
        const letter = each.charAt(0).toLowerCase() as keyof typeof VERDICTS;
        const isRecheck = each.charAt(0) !== letter;
        const atMs = NOON + Number(each.slice(1)) * SECOND_MS;
        return { atMs, verdict: VERDICTS[letter], isRecheck };
      }),
  ]);
  return windowOf(Object.fromEntries(samples), {
    ...{ fromMs: NOON, toMs: NOON + 60 * MINUTE_MS, scheduleMs },
  });
}

function judge(
  regions: Readonly<Record<string, string>>,
  state = INITIAL_STATE,
  setup: { readonly alert?: AlertOverrides; readonly sick?: readonly string[] } = {},
) {
  const sick = new Set(setup.sick ?? []);
  return judgeSamples(state, lookAt(regions), policyWith(setup.alert ?? {}), sick);
}

function seconds(count: number): number {
  return NOON + count * SECOND_MS;
}

const DOWN = { a: "p0 f60 F65 F72 F80", b: "p10 f70 F75 F82 F90", c: "p20 p80" };
const BACK = { a: "p120 P125", b: "p130 P135", c: "p140" };

function onlyChange(judgement: ReturnType<typeof judge>): StateTransition {
  const [change, ...others] = judgement.transitions;
  assert.ok(change?.kind === "state");
  assert.deepEqual(others, []);
  return change;
}

/** An incident's event without the votes. */
function inShort(change: StateTransition) {
  const { from, to, reason, atMs, track, number, phase, openedAtMs, flapping } = change;
  return { from, to, reason, atMs, track, number, phase, openedAtMs, flapping };
}

describe("judgeSamples", () => {
  const quiet: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["nothing arrived", {}],
    ["all passed", { a: "p0 p60", b: "p10 p70" }],
    ["some don't count", { a: "u0 p60", b: "u10 u70" }],
  ];
  for (const [what, regions] of quiet) {
    it(`gives the same object where ${what}`, () => {
      assert.deepEqual(judge(regions), { state: INITIAL_STATE, transitions: [] });
      assert.equal(judge(regions).state, INITIAL_STATE);
    });
  }

  it("remembers failures of a region without an incident, and no more", () => {
    const { state, transitions } = judge({ a: "p0 f60 F65 F72", b: "p10 p70" });
    assert.deepEqual(transitions, []);
    assert.deepEqual(Object.keys(state.regions), ["a"]);
    assert.equal(state.regions.a?.failCount, 3);
    assert.deepEqual({ ...state, regions: {} }, INITIAL_STATE);
  });

  it("opens an incident with the sample that completes the quorum", () => {
    const { state, transitions } = judge(DOWN);
    const [change] = transitions;
    assert.ok(change?.kind === "state");
    assert.deepEqual(inShort(change), {
      ...{ from: "OK", to: "CRITICAL", reason: "down", atMs: seconds(90) },
      ...{ track: "incident", number: 1, phase: "opened", openedAtMs: seconds(90), flapping: null },
    });
    assert.equal(change.errorKind, "refused");
    assert.deepEqual(change.uncounted, []);
    assert.equal(state.status, "CRITICAL");
    assert.equal(state.rule, "down");
    assert.equal(state.sinceMs, seconds(90));
    assert.equal(state.sequence, 1);
  });

  it("names the checks that decided, in order, and the last success", () => {
    const change = onlyChange(judge(DOWN));
    assert.deepEqual(
      change.samples.map(({ region, atMs, isRecheck }) => [
        region,
        (atMs - NOON) / 1_000,
        isRecheck,
      ]),
      [
        ["a", 60, false],
        ["a", 65, true],
        ["b", 70, false],
        ["a", 72, true],
        ["b", 75, true],
        ["a", 80, true],
        ["b", 82, true],
        ["b", 90, true],
      ],
    );
    assert.ok(change.samples.every(({ verdict }) => verdict === "failed"));
    assert.ok(change.samples.every(({ errorKind }) => errorKind === "refused"));
    assert.deepEqual(change.lastSuccess, { region: "c", atMs: seconds(80) });
  });

  it("shows the last four checks of each region at most", () => {
    const change = onlyChange(judge({ a: "f0 F5 F12 F20 F30 F40 F50" }));
    assert.deepEqual(
      change.samples.map(({ atMs }) => (atMs - NOON) / 1_000),
      [20, 30, 40, 50],
    );
  });

  it("counts a vote of each region", () => {
    const change = onlyChange(judge({ ...DOWN, d: "" }, INITIAL_STATE, { sick: ["d"] }));
    assert.equal(change.votesNeeded, 2);
    assert.deepEqual(
      change.votes.map(({ region, vote, rule, value, limit, health }) => ({
        ...{ region, vote, rule, value, limit, health },
      })),
      [
        { region: "a", vote: "breach", rule: "down", value: 4, limit: 4, health: "unhealthy" },
        { region: "b", vote: "breach", rule: "down", value: 4, limit: 4, health: "unhealthy" },
        { region: "c", vote: "fine", rule: null, value: null, limit: null, health: "healthy" },
        { region: "d", vote: "none", rule: null, value: null, limit: null, health: "healthy" },
      ],
    );
    assert.equal(change.votes[0]?.figures.failedCount, 1);
  });

  it("names no last success where this look has none: what came before it is not known", () => {
    const first = judge({ a: "p0 f60 F65", b: "p10 f70" }).state;
    const change = onlyChange(judge({ a: "F72 F80", b: "F75 F82 F90" }, first));
    assert.equal(change.lastSuccess, null);
  });

  it("closes it with the sample after which too few regions are down", () => {
    const change = onlyChange(judge(BACK, judge(DOWN).state));
    assert.deepEqual(inShort(change), {
      ...{ from: "CRITICAL", to: "OK", reason: "recovered", atMs: seconds(125) },
      ...{ track: "incident", number: 1, phase: "closed", openedAtMs: seconds(90), flapping: null },
    });
    assert.equal(change.errorKind, null);
    assert.equal(change.lastSuccess, null);
    assert.deepEqual(
      change.samples.map(({ region, atMs }) => [region, (atMs - NOON) / 1_000]),
      [
        ["a", 120],
        ["a", 125],
      ],
    );
  });

  it("is not closed by a passed check of the instant that opened it, when that comes again", () => {
    const alert = { failures: { failed: 2, of: 3 }, successThreshold: 1 };
    const regions = { a: "f0 F3 P6 p9", c: "f3 F9" };
    const { state } = judge(regions, INITIAL_STATE, { alert });
    assert.equal(state.incident.openedAtMs, seconds(9));
    assert.deepEqual(judge(regions, state, { alert }), { state, transitions: [] });
  });

  it("closes no window and counts its events", () => {
    const down = judge(DOWN).state;
    assert.equal(down.throughMs, -1);
    assert.equal(judge(BACK, down).state.sequence, 2);
    const both = judge({
      a: `${DOWN.a} ${BACK.a}`,
      b: `${DOWN.b} ${BACK.b}`,
      c: `${DOWN.c} ${BACK.c}`,
    });
    assert.deepEqual(
      both.transitions.map((each) => each.kind === "state" && each.phase),
      ["opened", "closed"],
    );
    assert.equal(both.state.sequence, 2);
  });

  it("says that an incident flaps, from its first reopening to its close", () => {
    const again = {
      a: "f300 F305 F312 F320 p360 P365",
      b: "f301 F306 F313 F321 p361 P366",
      c: "p300 p360",
    };
    const once = judge(BACK, judge(DOWN).state).state;
    const opened = judge(again, once);
    assert.deepEqual(inShort(onlyChange(opened)), {
      ...{ from: "OK", to: "CRITICAL", reason: "down", atMs: seconds(321), track: "incident" },
      ...{ number: 2, phase: "opened", openedAtMs: seconds(321), flapping: "started" },
    });
    assert.equal(opened.state.incident.belowSinceMs, seconds(365));
    const early = judge({ a: "p964.999", b: "p900" }, opened.state);
    assert.deepEqual(early.transitions, []);
    const closed = onlyChange(judge({ a: "p965" }, opened.state));
    assert.deepEqual([closed.phase, closed.number, closed.flapping], ["closed", 2, "ended"]);
    assert.equal(closed.openedAtMs, seconds(321));
  });

  it("hears a silent region again, but not by a check from before its silence", () => {
    const silent = { ...INITIAL_HEALTH, silentSinceMs: seconds(60) };
    const state: TaskState = { ...INITIAL_STATE, regions: { a: silent } };
    assert.equal(judge({ a: "p59" }, state).state, state);
    assert.deepEqual(judge({ a: "p60" }, state).state.regions, {});
  });

  it("gives the incident up to those that are not sick", () => {
    assert.deepEqual(judge(DOWN, INITIAL_STATE, { sick: ["b"] }).transitions, []);
    assert.equal(judge(DOWN, INITIAL_STATE, { sick: ["c"] }).transitions.length, 1);
    const { regions } = judge(DOWN, INITIAL_STATE, { sick: ["b"] }).state;
    assert.equal(regions.b?.status, "unhealthy");
  });

  it("judges by the policy", () => {
    const alert = { failureThreshold: 2, successThreshold: 1, quorum: 1 } as const;
    const setup = { alert };
    const opened = judge({ a: "f0 F5", b: "p1" }, INITIAL_STATE, setup);
    assert.equal(onlyChange(opened).atMs, seconds(5));
    assert.equal(onlyChange(judge({ a: "p60" }, opened.state, setup)).atMs, seconds(60));
  });
});

describe("the status that follows", () => {
  const silent: TaskState = {
    ...INITIAL_STATE,
    ...{ status: "NO_DATA", rule: "no_data", sinceMs: NOON, sequence: 1 },
    silence: { number: 1, openedAtMs: NOON },
  };
  const openedAtMs = NOON;
  const warned = (severity: "warning" | "critical"): TaskState => ({
    ...INITIAL_STATE,
    ...{ status: severity === "critical" ? "CRITICAL" : "WARNING", rule: "avg_connect_time_ms" },
    ...{ sinceMs: NOON, sequence: 1 },
    warning: { number: 1, openedAtMs, severity, rule: "avg_connect_time_ms" },
  });

  it("is NO_DATA while the silence is open, whatever the incident", () => {
    const { state, transitions } = judge(DOWN, silent);
    assert.deepEqual(transitions, []);
    assert.deepEqual([state.status, state.rule, state.sinceMs], ["NO_DATA", "no_data", NOON]);
    assert.deepEqual([state.incident.number, state.incident.openedAtMs], [1, seconds(90)]);
    assert.equal(state.sequence, 1);
  });

  it("is CRITICAL over a warning, and the warning again after it", () => {
    const down = judge(DOWN, warned("warning"));
    const { from, to, reason } = onlyChange(down);
    assert.deepEqual([from, to, reason], ["WARNING", "CRITICAL", "down"]);
    const back = onlyChange(judge(BACK, down.state));
    assert.deepEqual(
      [back.from, back.to, back.reason, back.phase],
      ["CRITICAL", "WARNING", "avg_connect_time_ms", "closed"],
    );
  });

  it("is no change where a critical warning is open already, but another rule holds it", () => {
    const down = judge(DOWN, warned("critical"));
    assert.deepEqual(down.transitions, []);
    assert.deepEqual([down.state.rule, down.state.sinceMs], ["down", NOON]);
    const back = judge(BACK, down.state);
    assert.deepEqual(back.transitions, []);
    assert.equal(back.state.rule, "avg_connect_time_ms");
  });
});
