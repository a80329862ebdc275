import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  STANDARD_UNITS,
  type SteadyLoad,
  scaledFor,
  throughputFor,
  throughputOf,
  unitDollars,
} from "../../../shared/cost/capacity.ts";
import { estimateCost } from "../../../shared/cost/estimate.ts";
import type { CostFleet } from "../../../shared/cost/load.ts";
import { plainTasks } from "../../../shared/cost/plain-tasks.ts";
import { PRICES } from "../../../shared/cost/prices.ts";
import { usageOf } from "../../../shared/cost/usage.ts";

const TEN = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name) => ({
  name,
  shards: 2,
  memoryMb: 128,
}));

const FLEET: CostFleet = {
  home: "a",
  regions: TEN,
  resultDays: 30,
  minuteDays: 3,
  summaryDays: 90,
  dayDays: 1_095,
  summaryClass: "auto",
  logDays: 30,
  watch: "lean",
  clockServer: null,
  secrets: [],
};

function loadOf(writes: number, reads: number): SteadyLoad {
  return { table: "results", units: { writes, reads }, prices: STANDARD_UNITS };
}

describe("throughputOf", () => {
  it("leaves three tenths unused, and has room for users' reads", () => {
    // 4,200 / 60 / 0.7; the reads of a minute within 10 s, or 20 s.
    const units = { writes: 4_200, reads: 1_000 };
    assert.deepEqual(throughputOf({ table: "results", units }), { writes: 100, reads: 100 });
    assert.deepEqual(throughputOf({ table: "summaries", units }), { writes: 100, reads: 50 });
  });

  it("is in whole units, and never below five", () => {
    const units = { writes: 4_201, reads: 0 };
    assert.deepEqual(throughputOf({ table: "results", units }), { writes: 101, reads: 5 });
    const idle = { writes: 0, reads: 0 };
    assert.deepEqual(throughputOf({ table: "summaries", units: idle }), { writes: 5, reads: 5 });
  });
});

describe("scaledFor", () => {
  it("raises what is used to more than 85 %, and goes no lower than it was", () => {
    const first = { writes: 10, reads: 10 };
    // 510 / 60 is 85 % of 10, 1,021 / 60 / 0.85 is 20.02.
    assert.deepEqual(scaledFor(first, { writes: 510, reads: 1_021 }), { writes: 10, reads: 21 });
    assert.deepEqual(scaledFor(first, { writes: 0, reads: 0 }), first);
  });
});

describe("throughputFor", () => {
  // A write unit a minute is 43,800 a month, $0.027375; a WCU is $0.4745 a month, an RCU $0.0949.
  const cases: readonly [what: string, writes: number, reads: number, isProvisioned: boolean][] = [
    ["nothing", 0, 0, false],
    // $5.64 on demand; 5 WCU, 5 RCU and the alarms are $3.65: $1.99 less.
    ["a little less than $2 saved", 206, 0, false],
    ["a little more than $2 saved", 207, 0, true],
    // $11.50 of writes by 10 WCU, $5.48 of reads by 100 RCU: $15.04, less than a quarter below $16.97.
    ["less than a quarter saved", 420, 1_000, false],
    ["far more saved", 2_445, 500, true],
  ];
  for (const [what, writes, reads, isProvisioned] of cases)
    it(`provisions a table by itself where it pays: ${what}`, () => {
      const found = throughputFor("auto", loadOf(writes, reads));
      assert.equal(found !== null, isProvisioned);
    });

  it("does as it is told", () => {
    assert.deepEqual(throughputFor("provisioned", loadOf(0, 0)), { writes: 5, reads: 5 });
    assert.equal(throughputFor("on-demand", loadOf(1e6, 1e6)), null);
  });
});

describe("unitDollars", () => {
  it("prices requests, or the hours of capacity with eight alarms", () => {
    const load = loadOf(1_000, 100);
    const rounded = (dollars: number) => Math.round(dollars * 1e6) / 1e6;
    assert.equal(rounded(unitDollars(load, null)), 27.9225); // 27.375 + 0.5475
    // 24 × 0.4745 + 10 × 0.0949 + 0.8.
    assert.equal(rounded(unitDollars(load, { writes: 24, reads: 10 })), 13.137);
  });
});

describe("estimateCost", () => {
  const tasks = plainTasks(10_000, 7_500);
  const linesOf = (fleet: CostFleet, own = tasks) => estimateCost(fleet, own, PRICES).lines;
  const capacityOf = (fleet: CostFleet, own = tasks) =>
    linesOf(fleet, own).filter(({ what }) => /capacity/.test(what));

  it("bills the steady tables of a large fleet by the hour, and saves a fifth of its bill", () => {
    const auto = estimateCost(FLEET, tasks, PRICES).dollars;
    const onDemand = estimateCost({ ...FLEET, capacityMode: "on-demand" }, tasks, PRICES).dollars;
    assert.ok(auto < 0.8 * onDemand, `${auto} of ${onDemand}`);
    assert.deepEqual(
      capacityOf(FLEET).map(({ price }) => price),
      [
        "infrequentCapacityWrites",
        "capacityWrites",
        "infrequentCapacityReads",
        "capacityReads",
        "alarms",
      ],
    );
    assert.equal(capacityOf(FLEET).at(-1)?.quantity, 11 * 8);
    // What the hours pay for is not paid for by the request too.
    const words = linesOf(FLEET).map(({ what }) => what);
    assert.equal(words.includes("writes: results and leases"), false);
    assert.equal(words.includes("reads: minutes and hours, to pack them"), false);
  });

  it("leaves small fleets on demand", () => {
    const small = { ...FLEET, regions: TEN.slice(0, 5).map((one) => ({ ...one, shards: 1 })) };
    assert.deepEqual(capacityOf(small, plainTasks(100, 60_000)), []);
    assert.deepEqual(capacityOf(small, plainTasks(1_000, 30_000)), []);
  });

  it("bills an agent's results on demand, beside those of the regions", () => {
    const office = { name: "office", shards: 2, memoryMb: 0, agent: true } as const;
    const fleet: CostFleet = { ...FLEET, regions: [...TEN, office] };
    const { results } = usageOf(fleet, tasks);
    assert.equal(results.get("office")?.throughput, null);
    assert.notEqual(results.get("a")?.throughput ?? null, null);
    const line = linesOf(fleet).find(({ what }) => what === "writes: results and leases");
    assert.equal(line?.quantity, (results.get("office")?.units.writes ?? 0) * 43_800);
  });

  it("prices counted units by the mode that is deployed", () => {
    const modelled = usageOf(FLEET, tasks).units;
    const twice = ({ writes, reads }: { writes: number; reads: number }) => ({
      ...{ writes: 2 * writes, reads: 2 * reads },
    });
    const counted = { results: twice(modelled.results), summaries: twice(modelled.summaries) };
    const hours = (lines: ReturnType<typeof linesOf>) =>
      lines.flatMap(({ what, quantity }) => (/^capacity for writes/.test(what) ? quantity : []));
    const [summaries = 0, results = 0] = hours(linesOf(FLEET));
    const [more = 0, most = 0] = hours(estimateCost(FLEET, tasks, PRICES, counted).lines);
    // Used to 70 % it has room for 85 %.
    assert.ok(Math.abs(more / summaries - (2 * 0.7) / 0.85) < 0.03, `${more / summaries}`);
    assert.ok(most > results);
    const none = { writes: 0, reads: 0 };
    const least = estimateCost(FLEET, tasks, PRICES, { results: none, summaries: none }).lines;
    assert.deepEqual(hours(least), [summaries, results], "what is provisioned is paid for");
    const small = { ...FLEET, regions: TEN.slice(0, 1) };
    const few = estimateCost(small, plainTasks(10, 60_000), PRICES, counted).lines;
    const line = few.find(({ what }) => what === "writes: results and leases");
    assert.ok(Math.abs((line?.quantity ?? 0) - counted.results.writes * 43_800) < 1);
  });

  it("counts what looks read of results only where reads are billed each", () => {
    const readsOf = (fleet: CostFleet) =>
      linesOf(fleet).find(({ what }) => what === "reads: hints, and looks")?.quantity ?? 0;
    assert.ok(readsOf(FLEET) < readsOf({ ...FLEET, capacityMode: "on-demand" }));
  });
});
