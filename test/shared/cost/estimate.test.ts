import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { estimateCost } from "../../../shared/cost/estimate.ts";
import type { CostFleet } from "../../../shared/cost/load.ts";
import { PRICES, type PriceName, priceOf } from "../../../shared/cost/prices.ts";
import { usageOf } from "../../../shared/cost/usage.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

const NAMES = ["eu-west-1", "us-east-1", "ap-southeast-2", "us-west-2", "sa-east-1"];

function aFleet(regionCount: number, different: Partial<CostFleet> = {}): CostFleet {
  const names = NAMES.slice(0, regionCount);
  return {
    home: "eu-west-1",
    regions: names.map((name) => ({ name, shards: 1, memoryMb: 256, alwaysOn: true })),
    resultDays: 30,
    minuteDays: 3,
    summaryDays: 400,
    dayDays: 1_095,
    summaryClass: "auto",
    logDays: 30,
    watch: "full",
    clockServer: null,
    secrets: [],
    ...different,
  };
}

/**
 * What a minute of the local fleet used as `npx node bench/cost/cost.ts` counted it, without the writes
 * of failing tasks' states, and without reading those. On loopback a sample takes two thirds of what it
 * takes on the way to a real target, so the model reads more. The GB-seconds are of a fleet without
 * rechecks. It was counted before there were boards, hours and days, which are computed by hand elsewhere.
 * `minutes` are the units of packed minutes of such a fleet, the rest is as counted.
 */
const COUNTED = [
  { tasks: 20, regions: 3, seconds: 60, writes: 17, minutes: 1, reads: 42.25, gbSeconds: 7.5 },
  { tasks: 100, regions: 3, seconds: 30, writes: 26, minutes: 4, reads: 45, gbSeconds: 45.2 },
  {
    tasks: 1_000,
    regions: 3,
    seconds: 15,
    writes: 76.5,
    minutes: 51,
    reads: 88.25,
    gbSeconds: 46.9,
  },
  { tasks: 1_000, regions: 5, seconds: 30, writes: 80, minutes: 46, reads: 100.5, gbSeconds: 80.0 },
] as const;

/** As bench/cost has them, so that their items are as large. */
function tasksOf(count: number, scheduleSeconds: number): Task[] {
  return Array.from({ length: count }, (_, i) =>
    aTask(`Service ${i} of customer ${i % 97}`, {
      host: `127.0.0.1:${40_000 + (i % 200)}`,
      scheduleMs: scheduleSeconds * 1_000,
      timeoutMs: 2_000,
      targetId: `customer-${i % 97}`,
    }),
  );
}

function quantityOf(fleet: CostFleet, tasks: readonly Task[], what: RegExp): number {
  const { lines } = estimateCost(fleet, tasks, PRICES);
  const found = lines.filter((line) => what.test(`${line.service} ${line.what}`));
  assert.equal(found.length, 1, String(what));
  return found[0]?.quantity ?? Number.NaN;
}

describe("usageOf", () => {
  for (const { tasks, regions, seconds, writes, minutes, reads } of COUNTED) {
    test(`usageOf is near what ${tasks} tasks in ${regions} regions every ${seconds} s used`, () => {
      const usage = usageOf(aFleet(regions), tasksOf(tasks, seconds));
      const { units, summaries, recordReads } = usage;
      const { periods } = summaries;
      // And one of the record that says how far hours are packed.
      const total = (field: "writes" | "reads") =>
        Object.values(units).reduce((sum, table) => sum + table[field], 0);
      assertNear(total("writes") - units.summaries.writes - 1, writes, 55);
      assertNear(units.summaries.writes - periods.writes, minutes, 25);
      // And one of the list of unquiet tasks. There were no records yet: each of 16 partitions is read for one unit.
      assertNear(total("reads") - periods.reads - 1 - 1 - (recordReads - 16), reads, 20);
    });
  }

  test("usageOf reads the record of every task in each minute, in whole units of 16 partitions", () => {
    const readsOf = (count: number) => usageOf(aFleet(5), tasksOf(count, 60)).units.alerts.reads;
    assert.equal(readsOf(20), 3 + 16);
    // 540 + 5 × 17 bytes each; half a unit of each partition for rounding up.
    assertNear(readsOf(1_000), 3 + 625_000 / 4_096 + 8, 0.001);
  });

  test("usageOf reads only what is listed for a look at one task, where there are many records", () => {
    assert.equal(usageOf(aFleet(5), tasksOf(499, 60)).namedReads, null);
    const { namedReads, units } = usageOf(aFleet(5), tasksOf(1_000, 60));
    // 5,000 × 0.001 × 0.06 that fail at a minute's end, 1,000 × 2.4 × 15 / 43,800 of incidents.
    assertNear(namedReads ?? 0, 2 + 0.3 + 0.8219, 0.001);
    // A name of 33 bytes each, 60 for the rest, and half a unit for rounding up.
    assertNear(units.alerts.writes, 6 + (60 + 33 * 1.1219) / 1_024 + 0.5, 0.001);
  });

  test("usageOf leaves out disabled tasks and regions that a task does not run in", () => {
    const off = aTask("off", { enabled: false });
    const here = aTask("here", { regions: ["us-east-1"], scheduleMs: 60_000 });
    assert.equal(usageOf(aFleet(3), [off]).checks, 0);
    const { checks, shards } = usageOf(aFleet(3), [off, here]);
    assert.equal(checks, 1);
    assert.deepEqual(
      shards.map(({ samples }) => samples),
      [0, 1, 0],
    );
  });

  test("usageOf gives a rare task a summary for each minute in which a region has its turn", () => {
    const hourly = aTask("hourly", { scheduleMs: 3_600_000 });
    assert.equal(usageOf(aFleet(1), [hourly]).summaries.count, 1 / 60);
    assert.equal(usageOf(aFleet(3), [hourly]).summaries.count, 3 / 60);
    const everyTwoMinutes = aTask("two", { scheduleMs: 120_000 });
    assert.equal(usageOf(aFleet(5), [everyTwoMinutes]).summaries.count, 1);
  });
});

function assertNear(value: number, expected: number, percent: number): void {
  const off = 100 * Math.abs(value / expected - 1);
  assert.ok(off <= percent, `${value} is ${off.toFixed(1)} % off ${expected}`);
}

describe("estimateCost", () => {
  for (const { tasks, regions, seconds, gbSeconds } of COUNTED) {
    test(`estimateCost is near the GB-seconds of ${tasks} × ${regions} × ${seconds} s`, () => {
      const { lines } = estimateCost(aFleet(regions), tasksOf(tasks, seconds), PRICES);
      const compute = lines.filter(({ price }) => price === "lambdaCompute");
      const aMonth = compute.reduce((sum, { quantity }) => sum + quantity, 0);
      assertNear(aMonth / 43_800, gbSeconds, 15);
    });
  }

  test("estimateCost bills DynamoDB below ten cents a million checks at 1,000 × 5 × 30 s", () => {
    const { lines, checksPerMonth } = estimateCost(aFleet(5), tasksOf(1_000, 30), PRICES);
    const units = lines.filter(({ price }) => /^dynamodb(Writes|Reads)$/.test(price));
    const dollars = units.reduce((sum, line) => sum + line.dollars, 0);
    assert.ok((dollars / checksPerMonth) * 1e6 <= 0.1);
  });

  test("estimateCost bills waiting: the same for any schedule under a minute", () => {
    const fifteen = quantityOf(aFleet(3), tasksOf(100, 15), /^Lambda probe/);
    assert.equal(quantityOf(aFleet(3), tasksOf(100, 5), /^Lambda probe/), fifteen);
    assertNear(fifteen, 3 * 43_800 * 60.4 * 0.25, 0.001);
    assert.ok(quantityOf(aFleet(3), tasksOf(100, 60), /^Lambda probe/) < fifteen / 5);
  });

  test("estimateCost bills logs, schedules and requests by invocations, not by checks", () => {
    const invocations = (3 + 2) * 43_800;
    for (const what of [/Scheduler/, /Lambda requests/]) {
      assert.equal(quantityOf(aFleet(3), tasksOf(10, 60), what), invocations);
      assert.equal(quantityOf(aFleet(3), tasksOf(500, 5), what), invocations);
    }
  });

  test("estimateCost bills storage by the days that are kept", () => {
    const tasks = tasksOf(100, 60);
    for (const [what, days] of [
      [/storage: minutes/, "minuteDays"],
      [/storage: hours/, "summaryDays"],
      [/storage: days/, "dayDays"],
      [/storage: results/, "resultDays"],
    ] as const) {
      const long = quantityOf(aFleet(3, { [days]: 400 }), tasks, what);
      assertNear(quantityOf(aFleet(3, { [days]: 40 }), tasks, what), long / 10, 0.001);
    }
    const { storageDollars, lines } = estimateCost(aFleet(3), tasks, PRICES);
    const stored = lines.filter(({ what }) => /storage/.test(what));
    assert.equal(
      storageDollars,
      stored.reduce((sum, { dollars }) => sum + dollars, 0),
    );
  });

  test("estimateCost bills transfer for regions away from home only", () => {
    const tasks = tasksOf(100, 15);
    assert.equal(quantityOf(aFleet(1), tasks, /transfer/), 0);
    assert.ok(quantityOf(aFleet(1, { home: "us-east-1" }), tasks, /transfer/) > 0);
  });

  test("estimateCost never gets cheaper by a task or a region more", () => {
    const size = fc.record({
      tasks: fc.integer({ min: 0, max: 60 }),
      regions: fc.integer({ min: 1, max: 4 }),
      seconds: fc.constantFrom(1, 5, 15, 60, 300, 3_600),
    });
    const costOf = (tasks: number, regions: number, seconds: number) =>
      estimateCost(aFleet(regions), tasksOf(tasks, seconds), PRICES).dollars;
    fc.assert(
      fc.property(size, ({ tasks, regions, seconds }) => {
        const now = costOf(tasks, regions, seconds);
        return (
          costOf(tasks + 1, regions, seconds) >= now && costOf(tasks, regions + 1, seconds) >= now
        );
      }),
    );
  });
});

test("priceOf prices a quantity by the unit of its price", () => {
  const cases: [PriceName, number, number][] = [
    ["dynamodbWrites", 2_000_000, 1.25],
    ["lambdaCompute", 1_000_000, 13.3334],
    ["metrics", 10, 3],
    ["logs", 4, 2],
  ];
  for (const [name, quantity, dollars] of cases) {
    assert.equal(priceOf(PRICES.prices[name], quantity), dollars, name);
  }
});
