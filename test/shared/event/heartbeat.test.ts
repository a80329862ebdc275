import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type FleetHeartbeat, heartbeatEvent } from "../../../shared/event/heartbeat.ts";
import { NOON } from "../health/windows.ts";
import { readEventSchemas } from "./event-schemas.ts";

const silent = {
  complete: false,
  expectedCount: 40,
  missedCount: 40,
  sampleCount: 0,
  failedCount: 0,
  uncountedCount: 0,
};

const pulse: FleetHeartbeat = {
  fleet: "prod",
  home: "eu-west-1",
  window: { periodStartMs: NOON, periodEndMs: NOON + 60_000 },
  statuses: { OK: 8, WARNING: 1, CRITICAL: 1, NO_DATA: 0 },
  regions: {
    "us-east-1": silent,
    "eu-west-1": { ...silent, complete: true, missedCount: 1, sampleCount: 39, failedCount: 4 },
  },
};

describe("heartbeatEvent", () => {
  it("writes the golden event, which its schema allows", () => {
    const event = heartbeatEvent(pulse);
    const golden = new URL("../../golden/events/heartbeat.json", import.meta.url);
    assert.deepEqual(event, JSON.parse(readFileSync(golden, "utf8")));
    const validate = readEventSchemas().get(event.detailType);
    assert.ok(validate?.(event.detail), JSON.stringify(validate?.errors));
  });

  it("derives one id for a fleet and window", () => {
    const again = heartbeatEvent({ ...pulse, regions: {} });
    const next = heartbeatEvent({ ...pulse, window: { periodStartMs: 0, periodEndMs: 60_000 } });
    assert.equal(again.id, heartbeatEvent(pulse).id);
    assert.notEqual(next.id, heartbeatEvent(pulse).id);
    assert.notEqual(heartbeatEvent({ ...pulse, fleet: "test" }).id, heartbeatEvent(pulse).id);
  });
});
