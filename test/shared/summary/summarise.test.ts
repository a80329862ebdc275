import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { figuresOf } from "../../../shared/summary/figures.ts";
import { summarise, type TaskWindow } from "../../../shared/summary/summarise.ts";
import { anyRegions } from "../health/arbitrary-checks.ts";
import { NOON, windowAt } from "../health/windows.ts";

const task = { name: "db", host: "db.example.com:5432", targetId: "primary" };
const context = { complete: true, missingRegions: [], rev: 1 };

describe("summarise", () => {
  it("names the task, the window and its regions in order", () => {
    const summary = summarise(task, windowAt(0, { syd: "pppp@20", dub: "ppff@10" }), {
      complete: false,
      missingRegions: ["oregon", "mumbai"],
      rev: 3,
    });
    assert.equal(summary.taskName, "db");
    assert.equal(summary.host, "db.example.com:5432");
    assert.equal(summary.targetId, "primary");
    assert.equal(summary.periodStartMs, NOON);
    assert.equal(summary.periodEndMs, NOON + 60_000);
    assert.deepEqual(Object.keys(summary.regions), ["dub", "syd"]);
    assert.deepEqual(summary.missingRegions, ["mumbai", "oregon"]);
    assert.equal(summary.complete, false);
    assert.equal(summary.rev, 3);
  });

  it("weighs every check alike: four at 20 ms and two at 10 ms average 16.667 ms", () => {
    const summary = summarise(task, windowAt(0, { syd: "pppp@20", dub: "ppff@10" }), context);
    assert.equal(summary.overall.avgConnectTimeMs, 16.667);
    assert.equal(summary.overall.failurePercent, 25);
    assert.equal(summary.overall.expectedCount, 8);
  });

  it("takes the overall figures over the checks of all regions", () => {
    fc.assert(
      fc.property(anyRegions(), (regions) => {
        const window: TaskWindow = {
          periodStartMs: 0,
          periodEndMs: 60_000,
          scheduleMs: 1_000,
          regions,
        };
        const all = Object.values(regions);
        const expectedCount = all.reduce((sum, { figures }) => sum + figures.expectedCount, 0);
        assert.deepEqual(
          summarise(task, window, context).overall,
          figuresOf(
            { expectedCount },
            all.flatMap(({ checks }) => checks),
          ),
        );
      }),
    );
  });
});
