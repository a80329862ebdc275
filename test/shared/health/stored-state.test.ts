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
import type { Finding } from "../../../shared/health/rules/rules.ts";
import { anyStory } from "./arbitrary-stories.ts";
import { DEFAULTS, tell, windowAt } from "./windows.ts";

const past = { value: null, limit: null };
const failure: Finding = {
  aspect: "availability",
  severity: "critical",
  rule: "failure_percent",
  ...past,
};
const latency: Finding = {
  aspect: "latency",
  severity: "warning",
  rule: "avg_connect_time_ms",
  ...past,
};
const FAILURE = '{"severity":"critical","rule":"failure_percent"}';
const LATENCY = '{"severity":"warning","rule":"avg_connect_time_ms"}';

/** Every standing by which findings it holds, and the text by which all versions store it. */
const STANDINGS = [
  { standing: [], text: "null" },
  { standing: [failure], text: `{"failure":${FAILURE},"latency":null}` },
  { standing: [latency], text: `{"failure":null,"latency":${LATENCY}}` },
  { standing: [failure, latency], text: `{"failure":${FAILURE},"latency":${LATENCY}}` },
];

describe("a stored state", () => {
  for (const { standing, text } of STANDINGS) {
    it(`holds a standing as ${text}`, () => {
      const state = { ...INITIAL_STATE, regions: { eu: { ...INITIAL_HEALTH, standing } } };
      const stored = JSON.stringify(toStoredState(state));
      assert.equal(
        stored,
        '{"status":"OK","rule":null,"sinceMs":0,"throughMs":-1,"regions":{"eu":{"status":"healthy",' +
          '"failCount":0,"passCount":0,"firstFailAtMs":null,"lastFailAtMs":null,' +
          '"failingSinceMs":null,"unhealthySinceMs":null,"lastDownAtMs":null,"downs":[],' +
          '"recent":"","share":null,"throughMs":-1,"silentSinceMs":null,"advised":false,' +
          `"standing":${text}}},"incident":{"number":0,"openedAtMs":null,"closedAtMs":null,` +
          '"reopenings":0,"belowSinceMs":null},"warning":{"number":0,"openedAtMs":null,' +
          '"severity":null,"rule":null},"silence":{"number":0,"openedAtMs":null},' +
          '"silentWindows":0,"sequence":0}',
      );
      assert.deepEqual(fromStoredState(JSON.parse(stored)), state);
    });
  }

  it("is stored again as the same text", () => {
    const file = new URL("../../golden/alert-items.json", import.meta.url);
    const [{ state }] = JSON.parse(readFileSync(file, "utf8"));
    const read = fromStoredState(JSON.parse(state));
    assert.equal(read.status, "CRITICAL");
    assert.deepEqual(read.regions.eu?.standing, [failure]);
    assert.equal(JSON.stringify(toStoredState(read)), state);
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

  it("ignores findings of an aspect that a later version added, and keeps its other fields", () => {
    const later = JSON.parse(
      `{"regions":{"eu":{"standing":{"failure":${FAILURE},"latency":null,"loss":${LATENCY}},"share":0.5}}}`,
    );
    const { eu } = fromStoredState(later).regions;
    assert.deepEqual(eu, { ...INITIAL_HEALTH, standing: [failure], share: 0.5 });
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
      eu: { ...health, passCount: 1, failingSinceMs, advised: true, standing: [failure] },
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
