import assert from "node:assert/strict";
import { test } from "node:test";
import { compareHomes } from "../../../bench/alerts/real/compare-homes.ts";

test("the fast driver tells what the real aggregate step tells of the same worlds, late chunks and hints included", async () => {
  const compared = await compareHomes("tuning", 3);
  assert.equal(compared.length, 3);
  for (const { isSame, row } of compared) {
    assert.ok(isSame, JSON.stringify(row));
    assert.ok(Number(row["events, real"]) > 0 && Number(row.looks) > 0, JSON.stringify(row));
  }
});
