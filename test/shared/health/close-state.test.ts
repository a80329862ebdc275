import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closeState, retainRegions } from "../../../shared/health/close-state.ts";
import { INITIAL_STATE } from "../../../shared/health/task-state.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { NOON, type ShortWindow, tell } from "./windows.ts";

const LATER = NOON + 10 * MINUTE_MS;

function stateAfter(...shorts: readonly ShortWindow[]) {
  return tell(shorts).state;
}

describe("closeState", () => {
  it("gives back what never left the initial state", () => {
    assert.deepEqual(closeState(INITIAL_STATE, LATER), { state: INITIAL_STATE, transitions: [] });
  });

  it("brings a task that is down to OK because it was removed", () => {
    const down = stateAfter({ a: "ffff", b: "ffff" });
    const { state, transitions } = closeState(down, LATER);
    assert.deepEqual(transitions, [
      {
        kind: "state",
        from: "CRITICAL",
        to: "OK",
        reason: "task_removed",
        atMs: LATER,
        track: "removal",
        number: 1,
        phase: "closed",
        openedAtMs: NOON + 45 * SECOND_MS,
        failingSinceMs: null,
        flapping: null,
        lastSuccess: null,
        samples: [],
        errorKind: null,
        votesNeeded: 0,
        uncounted: [],
        votes: [],
      },
    ]);
    assert.deepEqual(state, {
      status: "OK",
      rule: null,
      sinceMs: LATER,
      throughMs: LATER,
      regions: {},
      incident: { ...INITIAL_STATE.incident, number: 1 },
      warning: INITIAL_STATE.warning,
      silence: INITIAL_STATE.silence,
      silentWindows: 0,
      trends: INITIAL_STATE.trends,
      sequence: 2,
    });
  });

  it("keeps the numbers, so that what begins later has another one", () => {
    const silent = stateAfter({ a: "ffff", b: "ffff" }, { a: "mmmm", b: "mmmm" }, { a: "m" });
    const { state, transitions } = closeState(silent, LATER);
    const [removal] = transitions;
    assert.partialDeepStrictEqual(removal, { from: "NO_DATA", track: "removal", number: 2 });
    assert.deepEqual(
      [state.incident.number, state.incident.openedAtMs, state.silence],
      [1, null, { number: 1, openedAtMs: null }],
    );
  });

  it("clears open advisories beside it", () => {
    const mixed = stateAfter(
      { a: "ffff", b: "pppp" },
      { a: "ffff", b: "pppp" },
      { a: "ffff", b: "ffff" },
    );
    const { state, transitions } = closeState(mixed, LATER);
    assert.deepEqual(
      transitions.map((each) => `${each.kind} ${Reflect.get(each, "reason")}`),
      ["state task_removed", "advisory task_removed"],
    );
    assert.equal(state.sequence, 4);
  });

  it("owes nothing for a task that is OK, but forgets its regions", () => {
    const { state, transitions } = closeState(stateAfter({ a: "f", b: "pppp" }), LATER);
    assert.deepEqual(transitions, []);
    assert.deepEqual(state.regions, {});
  });

  it("owes nothing the second time", () => {
    const { state } = closeState(stateAfter({ a: "ffff" }), LATER);
    const again = closeState(state, LATER + MINUTE_MS);
    assert.equal(again.state, state);
    assert.deepEqual(again.transitions, []);
  });
});

describe("retainRegions", () => {
  const short = { a: "ffff", b: "pppp", c: "f", d: "pppp" };
  const advised = stateAfter(short, short);

  it("gives back the same state while all its regions are planned", () => {
    assert.equal(retainRegions(advised, ["a", "b", "c", "d", "e"]).state, advised);
  });

  it("clears the advisory of a region that is no longer planned, and judges no window", () => {
    const { state, transitions } = retainRegions(advised, ["b", "c", "d"]);
    assert.deepEqual(
      transitions.map((each) => `${each.kind} ${Reflect.get(each, "reason")}`),
      ["advisory region_removed"],
    );
    assert.deepEqual(Object.keys(state.regions), ["c"]);
    assert.equal(state.throughMs, advised.throughMs);
    assert.equal(state.sequence, advised.sequence + 1);
    assert.equal(retainRegions(state, ["b", "c", "d"]).state, state);
  });
});
