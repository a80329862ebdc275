import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alertLayout, alertRecord } from "../../../cli/show/alert-rows.ts";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import { fakeIo } from "../fake-io.ts";

function rowOf(detail: Record<string, unknown>): readonly string[] {
  const event = { id: "one", detailType: DETAIL_TYPES.stateChange, time: 0, resources: [], detail };
  return alertLayout(fakeIo()).toRow(alertRecord(event));
}

describe("alertLayout", () => {
  test("what was held is marked with what held it", () => {
    const detail = { state: "CRITICAL", summary: "CRITICAL: db is down", suppressed_by: "storm" };
    assert.deepEqual(rowOf(detail).slice(1), ["CRITICAL", "db is down (held: storm)"]);
  });

  test("what was told has no mark", () => {
    const detail = { state: "CRITICAL", summary: "CRITICAL: db is down" };
    assert.deepEqual(rowOf(detail).slice(1), ["CRITICAL", "db is down"]);
  });
});
