import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatInvocation } from "../../../../functions/adapters/lambda/invocation-log.ts";

const FULL = { fleet: "f1", watch: "full", nowMs: 1_700_000_000_000 } as const;

describe("formatInvocation", () => {
  it("writes one line that CloudWatch reads as metrics by fleet and region", () => {
    const metrics = { Attempts: 3, SlotLagMs: 4.5 };
    const line = { function: "probe", region: "eu-west-1", shard: 2, metrics } as const;
    const text = formatInvocation(line, FULL);
    assert.ok(!text.includes("\n"));
    assert.deepEqual(JSON.parse(text), {
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: "Synfleet",
            Dimensions: [["Fleet", "Region"]],
            Metrics: [
              { Name: "Attempts", Unit: "Count" },
              { Name: "SlotLagMs", Unit: "Milliseconds" },
            ],
          },
        ],
      },
      Fleet: "f1",
      Region: "eu-west-1",
      function: "probe",
      region: "eu-west-1",
      shard: 2,
      Attempts: 3,
      SlotLagMs: 4.5,
    });
  });

  it("writes the same line without what makes metrics of it, if they are not wanted", () => {
    const metrics = { Attempts: 3, SlotLagMs: 4.5 };
    const line = { function: "probe", region: "eu-west-1", shard: 2, metrics } as const;
    const { _aws, ...plain } = JSON.parse(formatInvocation(line, FULL));
    assert.ok(_aws);
    assert.equal(formatInvocation(line, { ...FULL, watch: "lean" }), JSON.stringify(plain));
  });

  it("writes a plain line if there is nothing to measure", () => {
    const line = { function: "probe", region: "r", idle: "Delivered twice", metrics: {} } as const;
    assert.deepEqual(JSON.parse(formatInvocation(line, FULL)), {
      Fleet: "f1",
      Region: "r",
      function: "probe",
      region: "r",
      idle: "Delivered twice",
    });
  });
});
