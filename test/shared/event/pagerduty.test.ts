import { strict as assert } from "node:assert";
import { test } from "node:test";
import { toPagerDuty } from "../../../shared/event/pagerduty.ts";

const TASK = { name: "t", host: "h.example:1", targetId: null };

function summaryOf(summary: string): string {
  const brief = { severity: "critical", summary, reason: "no_data", errorKind: null, region: null };
  const context = { fleet: "f", home: "here", task: TASK, window: { periodEndMs: 0 } };
  const event = toPagerDuty(brief as never, context as never);
  return event.payload.summary;
}

test("toPagerDuty cuts a summary at 1,024 units, and never through a character", () => {
  assert.equal(summaryOf("x".repeat(1_024)), "x".repeat(1_024));
  assert.equal(summaryOf("x".repeat(1_025)), "x".repeat(1_024));
  assert.equal(summaryOf(`${"x".repeat(1_022)}👍y`), `${"x".repeat(1_022)}👍`);
  assert.equal(summaryOf(`${"x".repeat(1_023)}👍y`), "x".repeat(1_023));
});
