import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PROBERS } from "../../../../functions/probe/probers/probers.ts";
import { probeTcp } from "../../../../functions/probe/probers/tcp.ts";
import { checkKindOf, KNOWN_NEEDS } from "../../../../shared/task/task.ts";

describe("PROBERS", () => {
  it("has a prober for each need that this version meets, and no other", () =>
    assert.deepEqual(Object.keys(PROBERS).sort(), [...KNOWN_NEEDS].sort()));

  for (const kind of KNOWN_NEEDS)
    it(`is what a task that needs ${kind} gets`, () =>
      assert.equal(checkKindOf({ needs: ["something of tomorrow", kind] }), kind));

  it("gives a task without needs the plain TCP check", () =>
    assert.equal(PROBERS[checkKindOf({})], probeTcp));
});

describe("probeTcp", () => {
  it("says at once, without a promise, that the port is open", () =>
    assert.deepEqual(probeTcp(), { outcome: "open" }));
});
