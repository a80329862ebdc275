import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  NO_ALERTING_SETTINGS,
  type Quieting,
  quietingAt,
} from "../../../../shared/alerting/operators/operators.ts";

const TASK = { name: "db", targetId: null };

const SILENCE: Quieting = {
  id: "s1",
  kind: "silence",
  scope: { kind: "fleet" },
  by: "sre",
  reason: "known",
  createdAtMs: 100,
  fromMs: 100,
  untilMs: 200,
};
const ACKNOWLEDGEMENT: Quieting = { ...SILENCE, id: "a1", kind: "acknowledge", untilMs: null };

function idAt(quietings: readonly Quieting[], atMs: number, openedAtMs: number | null = null) {
  return quietingAt({ quietings }, TASK, { atMs, openedAtMs })?.id ?? null;
}

describe("quietingAt", () => {
  it("finds nothing where nothing is set", () => {
    assert.equal(quietingAt(NO_ALERTING_SETTINGS, TASK, { atMs: 150, openedAtMs: 1 }), null);
  });

  it("has a silence on from its beginning to before its end", () => {
    assert.deepEqual(
      [99, 100, 199, 200].map((atMs) => idAt([SILENCE], atMs)),
      [null, "s1", "s1", null],
    );
  });

  it("has an acknowledgement on for an incident that was open when it was made", () => {
    assert.equal(idAt([ACKNOWLEDGEMENT], 150, 100), "a1");
    assert.equal(idAt([ACKNOWLEDGEMENT], 1e12, 50), "a1");
    assert.equal(idAt([ACKNOWLEDGEMENT], 150, 101), null);
    assert.equal(idAt([ACKNOWLEDGEMENT], 150, null), null);
    assert.equal(idAt([{ ...ACKNOWLEDGEMENT, untilMs: 150 }], 150, 50), null);
  });

  it("leaves out what is about another task", () => {
    assert.equal(idAt([{ ...SILENCE, scope: { kind: "task", name: "web" } }], 150), null);
  });

  it("gives a silence before an acknowledgement, and of two silences the one that ends last", () => {
    const longer = { ...SILENCE, id: "s2", untilMs: 300 };
    for (const quietings of [
      [SILENCE, ACKNOWLEDGEMENT, longer],
      [longer, ACKNOWLEDGEMENT, SILENCE],
      [ACKNOWLEDGEMENT, longer, SILENCE],
    ]) {
      assert.equal(idAt(quietings, 150, 50), "s2");
    }
  });
});
