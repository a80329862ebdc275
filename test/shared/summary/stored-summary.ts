import { readFileSync } from "node:fs";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { figuresOf, type JudgedCheck } from "../../../shared/summary/figures.ts";
import { toSummaryItem } from "../../../shared/summary/item.ts";
import { type RegionWindow, type Summary, summarise } from "../../../shared/summary/summarise.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { NOON } from "../health/windows.ts";
import { itemSize } from "../item-size.ts";

/** A time for each pass, `null` where it can't be trusted, and a kind for each failure. */
function windowOf(times: readonly (number | null | "refused")[]): RegionWindow {
  const checks = times.map((time, i): JudgedCheck => {
    const slotAtMs = NOON + i * 15_000;
    if (time === "refused")
      return {
        slotAtMs,
        verdict: "failed",
        errorKind: time,
        connectTimeMs: null,
        synRetransmits: 0,
      };
    return { slotAtMs, verdict: "passed", errorKind: null, connectTimeMs: time, synRetransmits: 0 };
  });
  return {
    covered: true,
    checks,
    rechecks: [],
    figures: figuresOf({ expectedCount: times.length }, checks),
  };
}

/** The summary whose items are in test/golden/summary. */
export const GOLDEN_SUMMARY: Summary = summarise(
  { name: "orders-db", host: "db.example.com:5432", targetId: "orders" },
  {
    periodStartMs: NOON,
    periodEndMs: NOON + MINUTE_MS,
    scheduleMs: 15_000,
    regions: {
      "us-east-1": windowOf([80.001, null, 81.502, "refused"]),
      "eu-west-1": windowOf([12.345, 12.9, 13.402, 1_012.5]),
      "sa-east-1": windowOf(["refused", 190.25]),
      "ap-south-1": windowOf(["refused", "refused"]),
    },
  },
  { complete: true, missingRegions: [], rev: 1 },
);

/** A golden item as DynamoDB holds it. Binary attributes are base64 in the file. Never changed. */
export function readGoldenItem(name: string): Record<string, AttributeValue> {
  return JSON.parse(
    readFileSync(new URL(`../../golden/summary/${name}.json`, import.meta.url), "utf8"),
    (key, value) => (key === "B" ? Uint8Array.from(Buffer.from(value, "base64")) : value),
  );
}

/** The item as the store writes it. */
export function marshalledItem(any: Summary): Record<string, AttributeValue> {
  return { ...marshall(toSummaryItem(any)), expires_at: { N: "1802174460" } };
}

const CROWDED_TASK = { name: "", host: "db.example.com:5432", targetId: null };

/** A summary of so many bytes that `free` are left in its write unit. */
export function crowdedSummary(free: number): Summary {
  const regions = ["a", "b", "c"].map((name, region): [string, RegionWindow] => {
    const checks = Array.from({ length: 60 }, (_, i) => ({
      slotAtMs: i * 1_000,
      verdict: "passed" as const,
      errorKind: null,
      connectTimeMs: 10 + region + ((i * i) % 61),
      synRetransmits: 0,
    }));
    return [
      name,
      { covered: true, checks, rechecks: [], figures: figuresOf({ expectedCount: 60 }, checks) },
    ];
  });
  const window = {
    periodStartMs: 0,
    periodEndMs: 60_000,
    scheduleMs: 1_000,
    regions: Object.fromEntries(regions),
  };
  const context = { complete: true, missingRegions: [], rev: 1 };
  const { k, ...plain } = marshalledItem(summarise(CROWDED_TASK, window, context));
  const name = "x".repeat(1_024 - free - itemSize(plain));
  return summarise({ ...CROWDED_TASK, name }, window, context);
}
