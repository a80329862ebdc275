import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cellKey, HEADLINE, listCells, runCell, seedOf } from "../../../bench/alerts/cells.ts";
import { OWN } from "../../../bench/alerts/contestants.ts";
import { holdLimits } from "../../../bench/alerts/must-hold.ts";
import { readOptions } from "../../../bench/alerts/options.ts";
import { addTallies, NOTHING } from "../../../bench/alerts/score.ts";

const QUICK = readOptions(["--quick", "--months", "2", "--outages", "40"]);

describe("seedOf", () => {
  it("gives held-out worlds seeds that no tuning world has", () => {
    const numbers = Array.from({ length: 2_000 }, (_, i) => i);
    const tuning = new Set(numbers.map((i) => seedOf("tuning", "loss 1 %", i)));
    const shared = numbers.filter((i) => tuning.has(seedOf("held-out", "loss 1 %", i)));
    assert.deepEqual(shared, []);
  });
});

describe("runCell", () => {
  it("has the sum of its parts", () => {
    const cell = { world: "outage 2 min", contestant: OWN, setting: HEADLINE, from: 0, count: 2 };
    const [first, second] = [0, 1].map((from) =>
      runCell({ ...cell, seeds: "tuning", from, count: 1 }),
    );
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(runCell({ ...cell, seeds: "tuning" }), addTallies(first, second));
  });
});

describe("listCells", () => {
  it("asks for as many months and outages of the own rule as the options say", () => {
    const own = listCells(QUICK).filter(({ contestant }) => contestant === OWN);
    const countOf = (world: string) =>
      own.filter((cell) => cell.world === world).reduce((sum, { count }) => sum + count, 0);
    assert.equal(countOf("assumed month"), 2);
    assert.equal(countOf("outage 60 min"), 2);
  });

  it("leaves out what --only does not name", () => {
    const cells = listCells({ ...QUICK, only: ["Gatus"] });
    assert.ok(cells.length > 10 && cells.every(({ contestant }) => contestant === "Gatus 3/2"));
  });
});

describe("readOptions", () => {
  it("refuses what it can't read", () => {
    assert.throws(() => readOptions(["--seeds", "mine"]), /--seeds must be tuning or held-out/);
    assert.throws(() => readOptions(["--months", "0"]), /--months must be a whole number/);
  });
});

describe("holdLimits", () => {
  const tally = {
    ...NOTHING,
    ...{ worldCount: 2, outages: 40, onceCount: 40 },
    detectSeconds: Array.from({ length: 40 }, () => 50),
  };
  const key = cellKey("outage 2 min", OWN, HEADLINE);

  it("says that outages are too few for a bound that the figure would keep", () => {
    const { rows, holds } = holdLimits(new Map([[key, tally]]), QUICK);
    const missed = rows.find(({ claim }) => String(claim).startsWith("outage 2 min"));
    assert.deepEqual([missed?.verdict, holds], ["too few", true]);
  });

  it("fails if a limit is broken", () => {
    const broken = { ...tally, missed: tally.outages };
    const { rows, holds } = holdLimits(new Map([[key, broken]]), QUICK);
    assert.equal(holds, false);
    assert.ok(rows.some(({ verdict }) => verdict === "FAIL"));
  });
});
