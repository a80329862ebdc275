import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  fromStoredState,
  INITIAL_HEALTH,
  INITIAL_STATE,
  toStoredState,
} from "../../../shared/health/health.ts";
import type { Finding } from "../../../shared/health/rules/rules.ts";
import { anyStory } from "./arbitrary-stories.ts";
import { tell } from "./windows.ts";

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
          `"streak":0,"failingSinceMs":null,"advised":false,"standing":${text}}},` +
          '"silentWindows":0,"sequence":0}',
      );
      assert.deepEqual(fromStoredState(JSON.parse(stored)), state);
    });
  }

  it("is read from yesterday's item and stored again as the same text", () => {
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
    const state = fromStoredState({ status: "CRITICAL", regions: { eu: { status: "unhealthy" } } });
    const eu = { ...INITIAL_HEALTH, status: "unhealthy" };
    assert.deepEqual(state, { ...INITIAL_STATE, status: "CRITICAL", regions: { eu } });
  });

  it("ignores findings of an aspect that a later version added, and keeps its other fields", () => {
    const later = JSON.parse(
      `{"regions":{"eu":{"standing":{"failure":${FAILURE},"latency":null,"loss":${LATENCY}},"share":0.5}}}`,
    );
    const { eu } = fromStoredState(later).regions;
    assert.deepEqual(eu, { ...INITIAL_HEALTH, standing: [failure], share: 0.5 });
  });
});
