import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  INITIAL_HEALTH,
  INITIAL_STATE,
  type TaskState,
  takeBackState,
} from "../../../shared/health/health.ts";

const TO_MS = 600_000;

function aState(different: Partial<TaskState>, failingSinceMs: number | null = null): TaskState {
  const eu = { ...INITIAL_HEALTH, status: "unhealthy", streak: 2, failingSinceMs } as const;
  return { ...INITIAL_STATE, status: "CRITICAL", sequence: 7, regions: { eu }, ...different };
}

describe("takeBackState", () => {
  const NOT_LATER = [
    aState({ sinceMs: TO_MS, throughMs: TO_MS - 1 }, TO_MS),
    aState({ sinceMs: 0, throughMs: -1 }),
    INITIAL_STATE,
  ];
  for (const state of NOT_LATER) {
    it(`gives the same object if nothing is later: ${JSON.stringify(state.throughMs)}`, () =>
      assert.equal(takeBackState(state, TO_MS), state));
  }

  const LATER = [
    aState({ sinceMs: 0, throughMs: TO_MS }),
    aState({ sinceMs: TO_MS + 1, throughMs: 0 }),
    aState({ sinceMs: 0, throughMs: 0 }, TO_MS + 1),
    aState({ sinceMs: 4e12, throughMs: 4e12 }, 4e12),
  ];
  for (const state of LATER) {
    it(`leaves no instant later, and all else: ${state.sinceMs}, ${state.throughMs}`, () => {
      const taken = takeBackState(state, TO_MS);
      const { failingSinceMs = null } = state.regions.eu ?? {};
      assert.deepEqual(taken, {
        ...state,
        sinceMs: Math.min(state.sinceMs, TO_MS),
        throughMs: Math.min(state.throughMs, TO_MS - 1),
        regions: {
          eu: {
            ...state.regions.eu,
            failingSinceMs: failingSinceMs === null ? null : Math.min(failingSinceMs, TO_MS),
          },
        },
      });
      assert.equal(takeBackState(taken, TO_MS), taken);
    });
  }
});
