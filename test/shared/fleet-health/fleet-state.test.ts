import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type FleetState,
  INITIAL_FLEET,
  impairedRegions,
  parseFleetState,
  printFleetState,
  takeBackFleet,
} from "../../../shared/fleet-health/fleet-health.ts";
import { NOON } from "../health/windows.ts";

const state: FleetState = {
  throughMs: NOON,
  regions: {
    a: { number: 2, doubtedSinceMs: null, sinceMs: NOON - 10, lowSinceMs: NOON },
    b: { number: 1, doubtedSinceMs: NOON, sinceMs: null, lowSinceMs: null },
  },
  groups: { web: { number: 3, sinceMs: NOON - 5 }, db: { number: 1, sinceMs: null } },
};

describe("impairedRegions", () => {
  it("names the regions that are impaired now", () => {
    assert.deepEqual([...impairedRegions(state)], ["a"]);
  });
});

describe("takeBackFleet", () => {
  it("leaves no instant after the given one, and is idempotent", () => {
    const back = takeBackFleet(state, NOON - 7);
    assert.deepEqual(back, {
      throughMs: NOON - 7,
      regions: {
        a: { number: 2, doubtedSinceMs: null, sinceMs: NOON - 10, lowSinceMs: NOON - 7 },
        b: { number: 1, doubtedSinceMs: NOON - 7, sinceMs: null, lowSinceMs: null },
      },
      groups: { ...state.groups, web: { number: 3, sinceMs: NOON - 7 } },
    });
    assert.equal(takeBackFleet(back, NOON - 7), back);
    assert.equal(takeBackFleet(state, NOON), state);
  });
});

describe("parseFleetState", () => {
  it("reads what printFleetState writes", () => {
    for (const one of [state, INITIAL_FLEET]) {
      assert.deepEqual(parseFleetState(printFleetState(one)), one);
    }
  });

  const PARTIAL: readonly (readonly [stored: string, read: FleetState])[] = [
    ["{}", INITIAL_FLEET],
    [`{"throughMs":${NOON}}`, { ...INITIAL_FLEET, throughMs: NOON }],
    ['{"regions":7,"groups":[1]}', INITIAL_FLEET],
    [
      '{"groups":{"a":{"number":1}}}',
      { ...INITIAL_FLEET, groups: { a: { number: 1, sinceMs: null } } },
    ],
    ['{"regions":{"a":{"number":"1"},"b":null}}', INITIAL_FLEET],
    ['{"later":{"of":"another version"}}', INITIAL_FLEET],
  ];
  for (const [stored, read] of PARTIAL) {
    it(`leaves out what it can't read of ${stored}`, () => {
      assert.deepEqual(parseFleetState(stored), read);
    });
  }

  for (const text of ["", "[]", "7", "null"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseFleetState(text)));
  }
});
