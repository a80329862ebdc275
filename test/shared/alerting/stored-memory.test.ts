import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AlertingMemory,
  type FleetAlerting,
  parseAlertingMemory,
  parseFleetAlerting,
} from "../../../shared/alerting/alerting.ts";

const MEMORY: AlertingMemory = {
  held: { told: "OK", by: "storm", sinceMs: 5, errorKind: "refused" },
  heldAdvisories: { eu: "maintenance" },
  reminded: { track: "incident", number: 3, count: 2 },
  escalated: 7,
};

const FLEET: FleetAlerting = {
  storms: { count: 4, open: [{ number: 4, track: "silence", openedAtMs: 9 }] },
  toldQuietings: ["a", "b"],
};

describe("parseAlertingMemory", () => {
  it("reads what was stored", () => {
    assert.deepEqual(parseAlertingMemory(JSON.stringify(MEMORY)), MEMORY);
    assert.deepEqual(parseAlertingMemory("{}"), {});
  });

  it("leaves out what is odd or of a later version", () => {
    const odd = { ...MEMORY, reminded: { track: "x" }, escalated: "7", heldAdvisories: 1, new: 1 };
    assert.deepEqual(parseAlertingMemory(JSON.stringify(odd)), { held: MEMORY.held });
  });

  const damaged = ["{", "[]", "null", '{"held":null}', '{"held":{"told":"OK","by":"storm"}}'];
  for (const text of damaged) {
    it(`refuses ${text}, because what is held in it would never be told`, () => {
      assert.throws(() => parseAlertingMemory(text));
    });
  }
});

describe("parseFleetAlerting", () => {
  it("reads what was stored", () => {
    assert.deepEqual(parseFleetAlerting(JSON.stringify(FLEET)), FLEET);
  });

  it("leaves out storms and ids that are odd", () => {
    const { count, open } = FLEET.storms;
    const storms = { count, open: [...open, { number: 5 }, null, "storm"] };
    const odd = { storms, toldQuietings: ["a", 1, "b"] };
    assert.deepEqual(parseFleetAlerting(JSON.stringify(odd)), FLEET);
    assert.deepEqual(parseFleetAlerting('{"storms":{"count":1,"open":[]}}').toldQuietings, []);
  });

  for (const text of ["{", "{}", "[]", '{"storms":{"open":[]}}', '{"storms":{"count":1}}']) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parseFleetAlerting(text));
    });
  }
});
