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

  it("names the regions whose clock is off, and tells how each stood", () => {
    const figures = { offsetMs: -10_000.1234, stabilityMs: 1, jitterMs: 0.5, roundTripMs: 20 };
    const reading = { askedCount: 6, answeredCount: 4, figures };
    const nothing = { askedCount: 3, answeredCount: 0, figures: null };
    const event = heartbeatEvent({
      ...pulse,
      regions: {
        "us-east-1": { ...silent, clock: { reading, isOff: true } },
        "eu-west-1": { ...silent, clock: { reading: nothing, isOff: false } },
        "sa-east-1": silent,
      },
    });
    const detail = event.detail as unknown as {
      readonly clocks_off: readonly string[];
      readonly regions: readonly { readonly region: string; readonly clock?: object }[];
    };
    assert.deepEqual(detail.clocks_off, ["us-east-1"]);
    assert.deepEqual(
      detail.regions.map(({ region, clock }) => [region, clock]),
      [
        ["eu-west-1", { answered_percent: 0 }],
        ["sa-east-1", undefined],
        [
          "us-east-1",
          {
            answered_percent: 67,
            offset_ms: -10_000.123,
            stability_ms: 1,
            jitter_ms: 0.5,
            round_trip_ms: 20,
          },
        ],
      ],
    );
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
