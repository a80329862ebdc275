import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { INITIAL_HEALTH, INITIAL_STATE } from "../../../shared/health/task-state.ts";
import {
  castVote,
  mainErrorKind,
  mainPhase,
  votersOf,
  withFigures,
} from "../../../shared/health/votes.ts";
import { ERROR_KINDS, isCounted } from "../../../shared/result/result.ts";
import type { Figures } from "../../../shared/summary/summary.ts";
import { regionWindow, windowAt } from "./windows.ts";

const { figures } = regionWindow("pf");
const window = windowAt(0, { b: "pp", a: "pf" });
const state = {
  ...INITIAL_STATE,
  regions: { a: { ...INITIAL_HEALTH, status: "unhealthy" as const } },
};

describe("votersOf", () => {
  it("has each region of the window with its figures and its health, in order of the names", () =>
    assert.deepEqual(votersOf(state, window), [
      { region: "a", figures: window.regions.a?.figures, health: "unhealthy" },
      { region: "b", figures: window.regions.b?.figures, health: "healthy" },
    ]));
});

describe("castVote", () => {
  it("has no figure", () => {
    const voter = { region: "a", figures, health: "healthy" } as const;
    const nothing = { rule: null, value: null, limit: null };
    assert.deepEqual(castVote(voter, "none"), { ...voter, vote: "none", ...nothing });
  });
});

describe("withFigures", () => {
  it("adds figures and health to votes on trends, none to a region that was not read", () => {
    const vote = { vote: "breach", rule: "degraded", value: 12.5, limit: 2 } as const;
    const [a, z] = withFigures(
      [
        { region: "a", ...vote },
        { region: "z", ...vote },
      ],
      state,
      window,
    );
    assert.deepEqual(a, {
      region: "a",
      ...vote,
      figures: window.regions.a?.figures,
      health: "unhealthy",
    });
    assert.equal(z?.figures.expectedCount, 0);
    assert.equal(z?.health, "healthy");
  });
});

describe("mainErrorKind", () => {
  const of = (failuresByKind: Partial<Record<string, number>>) => ({ ...figures, failuresByKind });

  for (const kind of ERROR_KINDS) {
    const isOfTarget = isCounted(kind);
    it(`is ${isOfTarget ? kind : "null"} of ${kind} alone`, () => {
      assert.equal(mainErrorKind([of({ [kind]: 1 })]), isOfTarget ? kind : null);
    });
  }

  it("adds up over regions, and takes the first kind among equals", () => {
    assert.equal(mainErrorKind([of({ reset: 2, timeout: 1 }), of({ timeout: 2 })]), "timeout");
    assert.equal(mainErrorKind([of({ reset: 2 }), of({ timeout: 1, refused: 1 })]), "reset");
    assert.equal(mainErrorKind([of({ reset: 1, timeout: 1 })]), "timeout");
    assert.equal(mainErrorKind([of({ internal: 9, reset: 1 })]), "reset");
    assert.equal(mainErrorKind([of({})]), null);
    assert.equal(mainErrorKind([]), null);
  });
});

describe("mainPhase", () => {
  const deep = (otherPhases: NonNullable<Figures["deep"]>["otherPhases"]) => ({
    ...{ tlsCount: 0, tlsSumMs: 0, dialogueCount: 0, dialogueSumMs: 0, recoveredCount: 0 },
    ...{ sentBytes: 0, receivedBytes: 0, sentMessages: 0, receivedMessages: 0 },
    ...{ certificateUntilMs: null, appeared: [], left: [], otherPhases },
  });
  const of = (count: number, otherPhases: Parameters<typeof deep>[0]): Figures => ({
    ...figures,
    failuresByKind: { no_answer: count, refused: 9 },
    deep: deep(otherPhases),
  });

  const table: readonly (readonly [Parameters<typeof mainPhase>[0], Figures[], object])[] = [
    [null, [of(2, {})], {}],
    ["refused", [of(2, {})], {}],
    ["no_answer", [], {}],
    ["no_answer", [of(2, {})], { failedPhase: "dialogue" }],
    ["no_answer", [of(3, { no_answer: { greeting: 2 } })], { failedPhase: "greeting" }],
    ["no_answer", [of(2, { no_answer: { greeting: 1 } })], { failedPhase: "greeting" }],
    [
      "no_answer",
      [of(3, { no_answer: { greeting: 2 } }), of(4, { no_answer: { tls: 4 } })],
      { failedPhase: "tls" },
    ],
  ];
  for (const [kind, all, expected] of table) {
    it(`of ${kind} in ${all.length} regions is ${JSON.stringify(expected)}`, () =>
      assert.deepEqual(mainPhase(kind, all), expected));
  }
});
