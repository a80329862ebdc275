import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  fromStoredState,
  INITIAL_HEALTH,
  INITIAL_STATE,
  judgeWindow,
  toStoredState,
} from "../../../shared/health/health.ts";
import { INITIAL_TRENDS } from "../../../shared/health/trends/trends.ts";
import { anyStory } from "./arbitrary-stories.ts";
import { DEFAULTS, tell, windowAt } from "./windows.ts";

describe("a stored state", () => {
  it("has no trends if nothing of them is remembered", () => {
    const stored = toStoredState(INITIAL_STATE);
    assert.equal(JSON.stringify(stored).includes("trends"), false);
    assert.equal(fromStoredState(stored).trends, INITIAL_TRENDS);
  });

  it("has the trends that are remembered, and what of them an older version did not store", () => {
    const trends = { ...INITIAL_TRENDS, degraded: { smallSinceMs: null } };
    const stored = toStoredState({ ...INITIAL_STATE, trends });
    assert.deepEqual(fromStoredState(JSON.parse(JSON.stringify(stored))).trends, trends);
    const older = { regions: {}, trends: { degraded: { smallSinceMs: null } } };
    assert.deepEqual(fromStoredState(older).trends, trends);
  });

  it("leaves out what is as it is initially, and is read as the same state", () => {
    const eu = { ...INITIAL_HEALTH, share: { value: 0.03, atMs: 60_000 } };
    const warning = { ...INITIAL_STATE.warning, number: 2 };
    const state = { ...INITIAL_STATE, sequence: 4, regions: { eu }, warning };
    const text = JSON.stringify(toStoredState(state));
    assert.equal(
      text,
      '{"regions":{"eu":{"share":{"value":0.03,"atMs":60000}}},"sequence":4,"status":"OK",' +
        '"incident":{},"warning":{"number":2}}',
    );
    assert.deepEqual(fromStoredState(JSON.parse(text)), state);
  });

  it("that is CRITICAL by its figures has no incident", () => {
    const warning = { number: 1, openedAtMs: 60_000, severity: "critical", rule: null } as const;
    const state = { ...INITIAL_STATE, status: "CRITICAL", warning } as const;
    assert.deepEqual(fromStoredState(JSON.parse(JSON.stringify(toStoredState(state)))), state);
  });

  it("takes the status of an older version that ran again in between, as the next of its kind", () => {
    const open = { ...INITIAL_STATE.incident, number: 3, openedAtMs: 60_000 };
    const stored = toStoredState({ ...INITIAL_STATE, incident: open, status: "CRITICAL" });
    const closed = fromStoredState({ ...stored, status: "OK", sinceMs: 120_000 });
    assert.deepEqual([closed.incident.openedAtMs, closed.incident.number], [null, 3]);
    const reopened = fromStoredState({
      ...toStoredState(closed),
      ...{ status: "CRITICAL", rule: "failure_percent", sinceMs: 180_000 },
    });
    assert.deepEqual([reopened.incident.openedAtMs, reopened.incident.number], [180_000, 4]);
    const silent = fromStoredState({ ...stored, status: "NO_DATA", sinceMs: 180_000 });
    assert.deepEqual(silent.silence, { number: 4, openedAtMs: 180_000 });
    assert.equal(silent.incident.openedAtMs, null);
  });

  it("of an earlier version, with all that is initial, is read as the same state", () => {
    const file = new URL("../../golden/states/with-initial-fields.json", import.meta.url);
    const state = readFileSync(file, "utf8");
    const read = fromStoredState(JSON.parse(state));
    assert.equal(read.status, "CRITICAL");
    const again = JSON.stringify(toStoredState(read));
    assert.ok(again.length < state.length);
    assert.deepEqual(fromStoredState(JSON.parse(again)), read);
  });

  it("is the same after a round trip, in any story", () => {
    fc.assert(
      fc.property(anyStory(), (story) => {
        for (const state of tell(story.shorts, story).states)
          assert.deepEqual(
            fromStoredState(JSON.parse(JSON.stringify(toStoredState(state)))),
            state,
          );
      }),
    );
  });

  it("takes what an older version did not store from the initial state", () => {
    const state = fromStoredState({ status: "OK", regions: { eu: { advised: true } } });
    const eu = { ...INITIAL_HEALTH, advised: true };
    assert.deepEqual(state, { ...INITIAL_STATE, status: "OK", regions: { eu } });
  });

  it("drops a vote that an older version kept, and keeps its other fields", () => {
    const later = JSON.parse('{"regions":{"eu":{"standing":{"failure":null},"share":0.5}}}');
    const { eu } = fromStoredState(later).regions;
    assert.deepEqual(eu, { ...INITIAL_HEALTH, share: 0.5 });
  });
});

/** States as they were stored when minutes were judged, before there were incidents. */
const EARLIER: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("../../golden/states/before-incidents.json", import.meta.url), "utf8"),
);

describe("a state stored before there were incidents", () => {
  const NOON = 1_767_614_400_000;
  const openedAtMs = NOON + 60_000;
  const { incident, warning, silence } = INITIAL_STATE;
  const opens = {
    down: { incident: { ...incident, number: 1, openedAtMs } },
    failing: {
      warning: { number: 1, openedAtMs, severity: "warning", rule: "failure_percent" },
    },
    slow: {
      warning: { number: 1, openedAtMs, severity: "warning", rule: "avg_connect_time_ms" },
    },
    "very slow": {
      warning: { number: 1, openedAtMs, severity: "critical", rule: "avg_connect_time_ms" },
    },
    silent: { silence: { number: 1, openedAtMs } },
    fine: {},
  } as const;
  for (const [name, open] of Object.entries(opens)) {
    it(`goes on with what is open: ${name}`, () => {
      const stored = JSON.parse(EARLIER[name] ?? "");
      const state = fromStoredState(stored);
      assert.deepEqual(
        { incident: state.incident, warning: state.warning, silence: state.silence },
        { incident, warning, silence, ...open },
      );
      const { status, rule, sinceMs, throughMs, silentWindows, sequence } = stored;
      assert.partialDeepStrictEqual(state, { status, rule, sinceMs, throughMs });
      assert.partialDeepStrictEqual(state, { silentWindows, sequence });
    });
  }

  it("has the streak of an unhealthy region as passed samples, of a healthy one as failed ones", () => {
    const down = fromStoredState(JSON.parse(EARLIER.down ?? "")).regions;
    const health = {
      ...INITIAL_HEALTH,
      status: "unhealthy",
      unhealthySinceMs: openedAtMs,
    } as const;
    const failingSinceMs = NOON - 15_000;
    assert.deepEqual(down, {
      eu: { ...health, passCount: 1, failingSinceMs, advised: true },
      us: { ...health, failingSinceMs },
    });
    assert.deepEqual(fromStoredState(JSON.parse(EARLIER.failing ?? "")).regions.eu, {
      ...INITIAL_HEALTH,
      ...{ failCount: 2, failingSinceMs },
      ...{ firstFailAtMs: failingSinceMs, lastFailAtMs: failingSinceMs },
    });
  });

  it("closes its incident with a number, when enough regions recovered", () => {
    const state = fromStoredState(JSON.parse(EARLIER.down ?? ""));
    const window = windowAt(2, { eu: "pppp", us: "pppp" });
    const [change] = judgeWindow(state, window, DEFAULTS).transitions;
    assert.partialDeepStrictEqual(change, {
      ...{ from: "CRITICAL", to: "OK", track: "incident", number: 1, phase: "closed" },
      openedAtMs,
    });
  });
});
