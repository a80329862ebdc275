import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { estimateCost } from "../../../shared/cost/estimate.ts";
import { HOME_MEMORY_MB } from "../../../shared/cost/functions.ts";
import type { CostFleet } from "../../../shared/cost/load.ts";
import { PRICES } from "../../../shared/cost/prices.ts";
import { usageOf } from "../../../shared/cost/usage.ts";
import type { Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

const FLEET: CostFleet = {
  home: "eu-west-1",
  regions: [
    { name: "eu-west-1", shards: 2, memoryMb: 512 },
    { name: "us-east-1", shards: 1, memoryMb: 256 },
  ],
  resultDays: 30,
  minuteDays: 3,
  summaryDays: 90,
  dayDays: 1_095,
  summaryClass: "auto",
  logDays: 14,
  watch: "full",
  clockServer: null,
  secrets: [],
};

const TASKS = [
  aTask("web", { scheduleMs: 5_000, regions: ["eu-west-1"] }),
  aTask("mail", { scheduleMs: 120_000 }),
];

// In a minute, "web" makes 12 checks in Ireland, "mail" half a check in each region.
// Ireland's 2 shards: 6.25 samples each; flushes of 0.78125, 1.5625, 1.5625, 1.5625 and 0.78125
// samples are 4.5625 chunks of 6.25 × 7.1 + 0.75 × 1.9 + 4.5625 × 187 = 898.9875 bytes together: web's
// first check in a term looks its name up, and each of mail's.
// Virginia's shard: 0.5 samples, 0.5 chunks, 0.5 × 196 = 98 bytes.

type Line = readonly [service: string, what: string, quantity: number, dollars: number];

/** A month has 43,800 minutes and a GB 1,073,741,824 bytes. Figures to a millionth. */
const BILL: readonly Line[] = [
  // A minute: the minutes of both in one item, and a board, each below 1 KB. An hour: 2 units for web's 300 + 2.1 × 720 = 1,812
  // bytes, 1 for mail's 300 + 2.1 × 60 = 426. A day: 2 units for each task's 500 + 640 a region.
  // (2 + 3 / 60 + 4 / 1,440) × 43,800; 0.625 dollars a million.
  ["DynamoDB", "writes: summaries of minutes, hours and days", 89_911.666667, 0.056195],
  // 3 leases and 4.5625 + 4.5625 + 0.5 chunks: 12.625 × 43,800.
  ["DynamoDB", "writes: results and leases", 552_975, 0.345609],
  // 6 of the alerts table and a manifest for each of 2 regions: 8 × 43,800.
  ["DynamoDB", "writes: plans and state", 350_400, 0.219],
  // Each minute of both tasks once: 5 and a quarter of the names a task, web's 12 + 0.11 × 12 and
  // mail's 2.2, 33.27 bytes of 4,096. A day: 24 hours of 1,812 bytes, 11 units, and of 426, 3.
  // (33.27 / 4,096 + 14 / 1,440) × 43,800; 0.125 a million.
  ["DynamoDB", "reads: minutes and hours, to pack them", 781.6014, 0.000098],
  // 2 × 3 leases, 2 leases that do not exist, 3 × 0.5 for chunks: 9.5 × 43,800; 0.125 a million.
  ["DynamoDB", "reads: results and leases", 416_100, 0.052013],
  // Tasks 1, their status 1, settings 2, alerts 19 (16 partitions of records), manifests 2 × 2 + 3, and once an hour a bundle of
  // 2 × 40 × 3 / 2 = 120 bytes, 120 / 4,096 / 60: 29.00048828125 × 43,800.
  ["DynamoDB", "reads: tasks, plans and state", 1_314_021.386719, 0.164253],
  // Minutes of 33.27 bytes, a board of 160 + 2 × 3 and 100 for its storage: 299.27 × 1,440 × 3 / GB;
  // 0.25 dollars a GB.
  ["DynamoDB", "storage: minutes and boards of 3 days", 0.001204, 0.000301],
  // (1,812 + 426 + 200) / 60 × 1,440 × 90 / GB.
  ["DynamoDB", "storage: hours of 90 days", 0.004904, 0.001226],
  // (1,140 + 1,780 + 200) × 1,095 / GB.
  ["DynamoDB", "storage: days of 1095 days", 0.003182, 0.000795],
  // 2 × (898.9875 + 456.25) + 98 + 50 = 2,858.475 bytes: × 1,440 × 30 / GB.
  ["DynamoDB", "storage: results of 30 days", 0.115005, 0.028751],
  // Virginia's 98 bytes, read three times as base64: 98 × 3 × 4 / 3 × 43,800 / GB; 0.02 a GB.
  ["Data transfer", "chunks from other regions to home", 0.01599, 0.00032],
  // 2 × 60.4 s × 0.5 GB, and (1 × 0.5 / 1.5 + 0.4) s × 0.25 GB: 60.5833 × 43,800; 13.3334 a million.
  ["Lambda", "probe", 2_653_550, 35.380844],
  // (0.5 + 2 × 0.0001) s × 0.5 GB, and (0.5 + 13 / 75,000 + 3 × 0.0001) s × 1,769 / 1,024 GB.
  ["Lambda", "plan and aggregate", 48_823.300809, 0.650981],
  // 3 probes, the plan and the aggregate function: 5 × 43,800; 0.2 dollars a million.
  ["Lambda", "requests", 219_000, 0.0438],
  ["EventBridge Scheduler", "one a minute for each function and shard", 219_000, 0.219],
  ["EventBridge", "heartbeats; alerts come on top", 43_800, 0.0438],
  // 3 s in the minutes with a lost check: 2 × (1 − 0.999^6.25) × 3 s × 0.5 GB, and
  // (1 − 0.999^0.5) × 3 s × 0.25 GB: 0.019076 × 43,800.
  ["Lambda", "rechecks, 0.1 % of checks lost", 835.526379, 0.01114],
  // 13 checks a minute, of tasks in 1.5 regions: 13 × 0.001 × (1.07 + 0.002 × 1.5) × 43,800.
  ["DynamoDB", "writes: states after lost checks", 610.9662, 0.000382],
  // 3 regions of tasks turn 10 times: 30 hints of 0.1 s. Of 15 hints a task web has 5 looks, and mail,
  // which is slow, 15: 20 × (0.5 + 2 × 13 × 2 / 3 / 300,000) s; together × 1,769 / 1,024 GB.
  ["Lambda", "hints, and looks", 22.460004, 0.000299],
  ["Lambda", "hints: requests", 30, 0.000006],
  ["DynamoDB", "writes: hints", 30, 0.000019],
  // 30 × 6; 16 for the records and 2, two minutes of 3 × 0.5 for the chunks of two thirds, and 3 × 3 for leases and plans: 20 × 29.
  ["DynamoDB", "reads: hints, and looks", 760, 0.000095],
  // 219,000 × 1,610 bytes / GB; 0.5 dollars a GB.
  ["CloudWatch", "logs", 0.328375, 0.164188],
  // 0.328375 × 14 × 12 / 365; 0.03 dollars a GB.
  ["CloudWatch", "log storage of 14 days", 0.151142, 0.004534],
  // 12 of the probe in 2 regions, 6 of the plan and 7 of the aggregate function; 0.3 each.
  ["CloudWatch", "metrics", 37, 11.1],
  // 5 in each of 2 regions, 9 at home; 0.1 each.
  ["CloudWatch", "alarms", 19, 1.9],
  ["CloudWatch", "dashboard", 1, 3],
];

function rounded(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000;
}

describe("estimateCost", () => {
  const estimate = estimateCost(FLEET, TASKS, PRICES);

  it("bills a small fleet as computed by hand, line by line", () => {
    const lines = estimate.lines.map(
      ({ service, what, quantity, dollars }): Line => [
        service,
        what,
        rounded(quantity),
        rounded(dollars),
      ],
    );
    assert.deepEqual(lines, BILL);
  });

  it("adds up the dollars, those for storage, and the checks of a month", () => {
    assert.equal(rounded(estimate.dollars), 53.387648);
    assert.equal(rounded(estimate.storageDollars), 0.035608); // 0.000301 + 0.001226 + 0.000795 + 0.028751 + 0.004534
    assert.equal(estimate.taskCount, 2);
    assert.equal(estimate.checksPerMonth, 569_400); // 13 × 43,800
  });
});

describe("HOME_MEMORY_MB", () => {
  it("gives the aggregate function one whole CPU, and the plan function a third", () => {
    assert.deepEqual(HOME_MEMORY_MB, { plan: 512, aggregate: 1_769 });
  });
});

interface SummaryCase {
  readonly what: string;
  readonly task: Task;
  /** Summaries a minute. */
  readonly count: number;
  /** Bytes a minute that DynamoDB counts, without those for storage. */
  readonly bytes: number;
}

const THREE_REGIONS: CostFleet = {
  ...FLEET,
  regions: [...FLEET.regions, { name: "sa-east-1", shards: 1, memoryMb: 256 }],
};

const SUMMARIES: readonly SummaryCase[] = [
  { what: "every second", task: aTask("t", { scheduleMs: 1_000 }), count: 1, bytes: 64.05 },
  { what: "every 15 s", task: aTask("t", { scheduleMs: 15_000 }), count: 1, bytes: 34.65 },
  { what: "every 40 s", task: aTask("t", { scheduleMs: 40_000 }), count: 1, bytes: 21.45 },
  { what: "every 41 s", task: aTask("t", { scheduleMs: 41_000 }), count: 1, bytes: 14.85 },
  { what: "every minute", task: aTask("t", { scheduleMs: 60_000 }), count: 1, bytes: 14.85 },
  {
    what: "every 119 s, with all regions in one minute",
    task: aTask("t", { scheduleMs: 119_000 }),
    count: 0.504202, // 60 / 119
    bytes: 7.487395, // 14.85 × 60 / 119
  },
  {
    what: "every 2 minutes, with two regions in the larger one",
    task: aTask("t", { scheduleMs: 120_000 }),
    count: 1,
    bytes: 12.65,
  },
  {
    what: "every 3 minutes, with a region in each",
    task: aTask("t", { scheduleMs: 180_000 }),
    count: 1,
    bytes: 10.45,
  },
  {
    what: "every 4 minutes, with a region in three of them",
    task: aTask("t", { scheduleMs: 240_000 }),
    count: 0.75,
    bytes: 7.8375, // 10.45 × 3 / 4
  },
  {
    what: "every 5 minutes in one region",
    task: aTask("t", { scheduleMs: 300_000, regions: ["eu-west-1"] }),
    count: 0.2,
    bytes: 2.09, // 10.45 / 5
  },
  {
    what: "in a region that the fleet does not have",
    task: aTask("t", { regions: ["ap-south-1"] }),
    count: 0,
    bytes: 0,
  },
];

describe("usageOf", () => {
  it("packs an hour of a rare task only if it has a check, and nothing of a task that runs nowhere", () => {
    const rare = aTask("t", { scheduleMs: 7_200_000, regions: ["eu-west-1"] });
    const { hourBytes, dayBytes, taskRegions } = usageOf(FLEET, [rare]).summaries.periods;
    // Every second hour has one check: 300 + 2.1 bytes and 100 for storage; a day 500 + 640 and 100.
    assert.equal(rounded(hourBytes), rounded(402.1 / 2 / 60));
    assert.equal(rounded(dayBytes), rounded(1_240 / 1_440));
    assert.equal(taskRegions, 1);
    const none = usageOf(FLEET, [aTask("t", { regions: ["ap-south-1"] })]).summaries.periods;
    assert.deepEqual(Object.values(none), [0, 0, 0, 0, 0, 0]);
  });

  for (const { what, task, count, bytes } of SUMMARIES) {
    it(`counts the summaries of a task ${what}`, () => {
      const { summaries, units } = usageOf(THREE_REGIONS, [task]);
      const { periods } = summaries;
      assert.equal(rounded(summaries.count), count);
      assert.equal(rounded(summaries.bytes), bytes);
      const writes = units.summaries.writes - periods.writes;
      assert.equal(rounded(writes), count, "a minute of few tasks takes one write unit");
    });
  }

  it("counts the units of every table", () => {
    const { summaries, ...units } = usageOf(FLEET, TASKS).units;
    const { writes, reads } = summaries;
    const shown = { ...units, summaries: { writes: rounded(writes), reads: rounded(reads) } };
    assert.deepEqual(shown, {
      tasks: { writes: 0, reads: 1 },
      settings: { writes: 0, reads: 2 },
      "task-status": { writes: 0, reads: 1 },
      // 1 + 1 + 3 / 60 + 4 / 1,440, and 33.27 / 4,096 + 14 / 1,440, as in the bill.
      summaries: { writes: 2.052_778, reads: 0.017_845 },
      alerts: { writes: 6, reads: 19 },
      plans: { writes: 2, reads: 7.000_488_281_25 },
      results: { writes: 12.625, reads: 9.5 },
    });
  });

  it("counts two write units for a minute above 1 KB", () => {
    const task = aTask("t", { targetId: "x".repeat(4_000) });
    const { summaries, units } = usageOf(FLEET, [task]);
    assert.deepEqual([summaries.count, units.summaries.writes - summaries.periods.writes], [1, 2]);
  });

  it("reads two manifests and one for each shard in a minute, and each bundle once an hour", () => {
    const eu = { name: "eu-west-1", shards: 3, memoryMb: 512 };
    const { plans } = usageOf({ ...FLEET, regions: [eu] }, TASKS).units;
    // 2 × 1 + 3, and 2 tasks × 40 bytes × 3 shards of 1 region / 4,096 / 60.
    assert.deepEqual(plans, { writes: 1, reads: 5.000_976_562_5 });
  });

  it("counts no bundle and no chunk of a fleet without regions", () => {
    const { units, shards, checks } = usageOf({ ...FLEET, regions: [] }, TASKS);
    assert.deepEqual([shards, checks], [[], 0]);
    assert.deepEqual(units.plans, { writes: 0, reads: 0 });
    assert.deepEqual(units.results, { writes: 0, reads: 0 });
  });

  it("reads the whole table of tasks, a unit for 4 KB", () => {
    const tasks = (count: number) => Array.from({ length: count }, (_, i) => aTask(`t${i % 10}`));
    const readsOf = (count: number) => usageOf(FLEET, tasks(count)).units.tasks.reads;
    // A task of this name takes 64 bytes, so 64 of them take 4,096.
    assert.deepEqual([64, 65, 128, 129].map(readsOf), [1, 2, 2, 3]);
  });
});
