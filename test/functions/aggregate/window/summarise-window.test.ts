import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { reviseSummary } from "../../../../functions/aggregate/window/summarise-window.ts";
import { asStored, parseSummaryItem } from "../../../../shared/summary/summary.ts";
import {
  crowdedSummary,
  GOLDEN_SUMMARY,
  readGoldenItem,
} from "../../../shared/summary/stored-summary.ts";

describe("reviseSummary", () => {
  it("makes yesterday's summary mergeable, once", () => {
    const stored = parseSummaryItem(unmarshall(readGoldenItem("item-plain")));
    const revision = reviseSummary(stored, GOLDEN_SUMMARY);
    assert.ok(revision);
    assert.deepEqual(revision, { ...GOLDEN_SUMMARY, rev: 2 });
    assert.equal(reviseSummary(asStored(revision), GOLDEN_SUMMARY), null);
  });

  for (const free of [0, 20, 35, 50, 119]) {
    it(`changes nothing when ${free} bytes of room made the stored sketch coarser`, () => {
      const found = crowdedSummary(free);
      assert.equal(reviseSummary(asStored(found), found), null);
    });
  }
});
