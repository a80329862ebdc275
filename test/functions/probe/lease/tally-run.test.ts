import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RunTally } from "../../../../functions/probe/lease/tally-run.ts";
import { aFailure } from "../../../fakes/results.ts";

describe("RunTally", () => {
  it("notes for each chunk what is new, and has the figures of the whole term in its metrics", () => {
    const pacer = { stallCount: 5, openCount: 1, heldCount: 0 };
    const tally = new RunTally(true, pacer);
    tally.noteGrant(40);
    tally.noteRemeasured();
    pacer.stallCount = 7;
    assert.deepEqual(tally.takeNotes(), {
      coldStart: true,
      stallCount: 2,
      remeasuredCount: 1,
      pacingDebtMs: 40,
    });
    pacer.openCount = 3;
    tally.noteGrant(10);
    pacer.openCount = 2;
    tally.noteRemeasured();
    pacer.stallCount = 8;
    assert.deepEqual(tally.takeNotes(), {
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

  it("tells of a debt that no chunk noted, as if every grant came too late", () => {
    const tally = new RunTally(false, { stallCount: 0, openCount: 800, heldCount: 0 });
    tally.noteGrant(5_001);
    assert.equal(tally.metrics().PacingDebtMs, 5_001);
    assert.equal(tally.metrics().ColdStarts, 0);
  });

  it("counts internal errors by their code, and nothing else", () => {
    const tally = new RunTally(false, { stallCount: 0, openCount: 0, heldCount: 0 });
    tally.noteResult(aFailure({ outcome: "unreachable", errorCode: "EHOSTUNREACH" }));
    tally.noteResult(aFailure({ outcome: "unsupported", errorCode: "ENETUNREACH" }));
    assert.equal(tally.internalErrors, null);
    for (const errorCode of ["EMFILE", "EADDRNOTAVAIL", "EMFILE", null])
      tally.noteResult(aFailure({ outcome: "internal", errorCode }));
    assert.deepEqual(tally.internalErrors, { EMFILE: 2, EADDRNOTAVAIL: 1, "no code": 1 });
  });
});
