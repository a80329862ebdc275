import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { toAggMetric } from "../../../shared/summary/record.ts";
import { summarise } from "../../../shared/summary/summarise.ts";
import { windowAt } from "../health/windows.ts";

const golden = new URL("../../golden/summary/agg-metric-tcp.json", import.meta.url);

describe("toAggMetric", () => {
  it("gives the TCP task's record, with null times where nothing passed", () => {
    const task = { name: "db", host: "db.example.com:5432", targetId: null };
    const summary = summarise(task, windowAt(0, { dub: "pppf@12.5", syd: "tttu" }), {
      complete: true,
      missingRegions: ["oregon"],
      rev: 1,
    });
    assert.deepEqual(toAggMetric(summary), JSON.parse(readFileSync(golden, "utf8")));
  });
});
