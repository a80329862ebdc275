import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clockLines } from "../../../shared/cost/clocks.ts";
import { estimateCost } from "../../../shared/cost/estimate.ts";
import type { CostFleet } from "../../../shared/cost/load.ts";
import { PRICES } from "../../../shared/cost/prices.ts";
import { usageOf } from "../../../shared/cost/usage.ts";
import { aTask } from "../../fakes/results.ts";

const FLEET: CostFleet = {
  home: "eu-west-1",
  regions: [
    { name: "eu-west-1", shards: 2, memoryMb: 256 },
    { name: "us-east-1", shards: 1, memoryMb: 256 },
  ],
  resultDays: 30,
  minuteDays: 3,
  summaryDays: 90,
  dayDays: 1_095,
  summaryClass: "auto",
  logDays: 14,
  watch: "full",
  clockServer: "time.aws.com",
  secrets: [],
};

const GB = 1_073_741_824;

describe("clockLines", () => {
  const tasks = [aTask("web", { scheduleMs: 60_000 })];

  it("counts metrics, logs and questions apart", () => {
    const lines = clockLines(FLEET, usageOf(FLEET, tasks));
    assert.deepEqual(
      lines.map(({ service, what, price, quantity }) => [service, what, price, quantity]),
      [
        ["CloudWatch", "clocks: metrics", "metrics", 4 * 2],
        ["CloudWatch", "clocks: logs", "logs", (3 * 280 * 43_800) / GB],
        [
          "Data transfer",
          "clocks: questions to the time server",
          "internet",
          (3 * 3 * 76 * 43_800) / GB,
        ],
      ],
    );
  });

  it("counts a second poll where a probe runs for the whole minute", () => {
    const sooner = [aTask("web", { scheduleMs: 15_000, regions: ["eu-west-1"] }), ...tasks];
    const [, , questions] = clockLines(FLEET, usageOf(FLEET, sooner));
    assert.equal(questions?.quantity, ((2 * 6 + 3) * 76 * 43_800) / GB);
  });

  it("has no line if no server is asked, and changes no other", () => {
    const off = { ...FLEET, clockServer: null };
    assert.deepEqual(clockLines(off, usageOf(off, tasks)), []);
    const on = estimateCost(FLEET, tasks, PRICES).lines;
    const others = on.filter(({ what }) => !what.startsWith("clocks: "));
    assert.deepEqual(estimateCost(off, tasks, PRICES).lines, others);
  });
});
