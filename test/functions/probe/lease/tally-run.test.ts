import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RunTally } from "../../../../functions/probe/lease/tally-run.ts";

describe("RunTally", () => {
  it("notes for each chunk what is new, and has the whole cover's in its metrics", () => {
    const tally = new RunTally(true, 5);
    tally.noteTurn(40, 1);
    tally.noteRemeasured();
    assert.deepEqual(tally.takeNotes(7), {
      coldStart: true,
      stallCount: 2,
      remeasuredCount: 1,
      pacingDebtMs: 40,
    });
    tally.noteTurn(10, 3);
    tally.noteRemeasured();
    assert.deepEqual(tally.takeNotes(8), {
      coldStart: false,
      stallCount: 1,
      remeasuredCount: 1,
      pacingDebtMs: 10,
    });
    assert.deepEqual(tally.metrics(), {
      Attempts: 0,
      Failures: 0,
      SlotLagMs: 0,
      OpenSocketsPeak: 3,
      Stalls: 3,
      Remeasured: 2,
      Suspect: 0,
      ColdStarts: 1,
      PacingDebtMs: 40,
    });
  });

  it("tells of a debt that no chunk noted, as when every turn came too late", () => {
    const tally = new RunTally(false, 0);
    tally.noteTurn(5_001, 800);
    assert.equal(tally.metrics().PacingDebtMs, 5_001);
    assert.equal(tally.metrics().ColdStarts, 0);
  });
});
