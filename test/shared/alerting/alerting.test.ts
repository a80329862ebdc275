import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AlertingStep, applyAlerting } from "../../../shared/alerting/alerting.ts";
import { closeState, INITIAL_STATE, judgeWindow } from "../../../shared/health/health.ts";
import { anyStory } from "../health/arbitrary-stories.ts";
import { NOON, policyWith, windowAt } from "../health/windows.ts";

const task = { name: "db", host: "db.example.com:5432", targetId: null, tags: {} };
const context = { task, window: windowAt(0, {}) };

describe("applyAlerting", () => {
  it("returns the same judgement for every window of any story, and when the task is closed", () => {
    fc.assert(
      fc.property(anyStory(), (story) => {
        let state = INITIAL_STATE;
        for (const [minute, short] of story.shorts.entries()) {
          const window = windowAt(minute, short, story.scheduleMs);
          const judgement = judgeWindow(state, window, policyWith(story.alert));
          assert.equal(applyAlerting(judgement, { task, window }), judgement);
          state = judgement.state;
        }
        const closed = closeState(state, NOON + 3_600_000);
        assert.equal(applyAlerting(closed, context), closed);
      }),
    );
  });

  it("runs the steps in order, each on what the one before left, all in the same context", () => {
    const seen: unknown[] = [];
    const count: AlertingStep = ({ state, transitions }, given) => {
      seen.push([state.sequence, given]);
      return { state: { ...state, sequence: state.sequence + 1 }, transitions };
    };
    const double: AlertingStep = ({ state, transitions }, given) => {
      seen.push([state.sequence, given]);
      return { state: { ...state, sequence: state.sequence * 2 }, transitions };
    };
    const judgement = { state: { ...INITIAL_STATE, sequence: 4 }, transitions: [] };
    const { state } = applyAlerting(judgement, context, [count, double]);
    assert.equal(state.sequence, 10);
    assert.deepEqual(seen, [
      [4, context],
      [5, context],
    ]);
    assert.equal(applyAlerting(judgement, context, [double, count]).state.sequence, 9);
  });
});
