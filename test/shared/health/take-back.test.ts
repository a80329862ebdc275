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
  const eu = { ...INITIAL_HEALTH, status: "unhealthy", failCount: 2, failingSinceMs } as const;
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

/** Every instant of a state: those that `takeBackState` must know. */
function instantsOf(thing: unknown): number[] {
  if (typeof thing === "number") return thing > TO_MS / 2 ? [thing] : [];
  return typeof thing === "object" && thing !== null
    ? Object.values(thing).flatMap(instantsOf)
    : [];
}

describe("takeBackState of a state that has lived", () => {
  const atMs = 4e12;
  const lived: TaskState = {
    ...INITIAL_STATE,
    ...{ status: "CRITICAL", sinceMs: atMs, throughMs: atMs, sequence: 3 },
    regions: {
      eu: {
        ...INITIAL_HEALTH,
        ...{
          status: "unhealthy",
          failCount: 3,
          passCount: 1,
          throughMs: atMs,
          silentSinceMs: atMs,
        },
        ...{ firstFailAtMs: atMs, lastFailAtMs: atMs, failingSinceMs: atMs },
        ...{ unhealthySinceMs: atMs, lastDownAtMs: atMs, share: { value: 0.5, atMs } },
        downs: [
          { firstAtMs: 5, lastAtMs: 6, recoveredAtMs: atMs },
          { firstAtMs: atMs, lastAtMs: atMs, recoveredAtMs: null },
        ],
      },
    },
    incident: { number: 2, openedAtMs: atMs, closedAtMs: atMs, reopenings: 1, belowSinceMs: atMs },
    warning: { number: 1, openedAtMs: atMs, severity: "warning", rule: "failure_percent" },
    silence: { number: 1, openedAtMs: atMs },
  };

  it("leaves no instant later, wherever it stands", () => {
    const taken = takeBackState(lived, TO_MS);
    assert.equal(instantsOf(taken).length, instantsOf(lived).length);
    for (const instant of instantsOf(taken)) assert.ok(instant <= TO_MS, String(instant));
    assert.deepEqual([taken.throughMs, taken.regions.eu?.throughMs], [TO_MS - 1, TO_MS - 1]);
    assert.equal(takeBackState(taken, TO_MS), taken);
  });

  it("leaves what is no instant", () => {
    const { incident, regions, sequence } = takeBackState(lived, TO_MS);
    assert.deepEqual([incident.number, incident.reopenings, sequence], [2, 1, 3]);
    const { eu } = regions;
    assert.deepEqual([eu?.failCount, eu?.passCount, eu?.share?.value], [3, 1, 0.5]);
    assert.deepEqual(eu?.downs[0], { firstAtMs: 5, lastAtMs: 6, recoveredAtMs: TO_MS });
  });
});
