import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { toAggMetric } from "../../../shared/summary/record.ts";
import { figuresOf, summarise } from "../../../shared/summary/summary.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { windowAt } from "../health/windows.ts";

const golden = new URL("../../golden/summary/agg-metric-tcp.json", import.meta.url);

describe("toAggMetric", () => {
  it("gives the TCP task's record, with null times where nothing passed", () => {
    const task = { name: "db", host: "db.example.com:5432", targetId: null };
    const summary = summarise(task, windowAt(0, { dub: "pppf@12.5", syd: "tttu" }), {
      complete: true,
      missingRegions: ["oregon"],
      rev: 1,
    });
    assert.deepEqual(toAggMetric(summary), JSON.parse(readFileSync(golden, "utf8")));
  });

  it("shows what is beyond a handshake, of every region, if one has it", () => {
    const window = windowAt(0, { dub: "p", syd: "p" });
    const { dub } = window.regions;
    assert.ok(dub);
    const certificate = {
      id: "0123456789abcdef",
      fromMs: 0,
      untilMs: window.periodEndMs + 6.9 * DAY_MS,
    };
    const deep = {
      ...{ certificate, tlsTimeMs: 12.5, dialogueTimeMs: null, isRetried: true },
      ...{ sentBytes: 517, receivedBytes: 3_000, sentMessages: 0, receivedMessages: 0 },
    };
    const checks = dub.checks.map((check) => ({ ...check, deep }));
    const regions = {
      ...window.regions,
      dub: { ...dub, checks, figures: figuresOf({ expectedCount: 1 }, checks) },
    };
    const task = { name: "db", host: "db.example.com:5432", targetId: null };
    const context = { complete: true, missingRegions: [], rev: 1 };
    const record = toAggMetric(summarise(task, { ...window, regions }, context));
    const expected = {
      avg_tls_time_ms: 12.5,
      tls_count: 1,
      avg_dialogue_time_ms: null,
      dialogue_count: 0,
      recovered_by_retry: 1,
      bytes_sent: 517,
      bytes_received: 3_000,
      messages_sent: 0,
      messages_received: 0,
      failures_by_phase: {},
      certificate_expires_at: "2026-01-12T09:37:00.000Z",
      certificate_days_left: 6,
      addresses_appeared: [],
      addresses_left: [],
    };
    assert.partialDeepStrictEqual(record, expected);
    assert.partialDeepStrictEqual(record.regions.dub, expected);
    assert.equal(record.regions.syd?.tls_count, 0);
    assert.equal(record.regions.syd?.certificate_expires_at, null);
  });
});
