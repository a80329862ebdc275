import { itemSize, writeUnits } from "../shared/item-size.ts";
import {
  figuresOf,
  parseSummaryItem,
  type RegionWindow,
  relativeErrorOf,
  type Summary,
  summarise,
  toSummaryItem,
} from "../shared/summary/summary.ts";
import { MINUTE_MS, SECOND_MS, toMicrosecondPrecision } from "../shared/units.ts";
import { publish, type Row } from "./report.ts";

// What a minute's summary takes as stored, and what of it makes summaries mergeable.
// `npx node bench/summary-size.ts [--json]`

const REGIONS = [
  "eu-west-1",
  "us-east-1",
  "ap-southeast-2",
  "sa-east-1",
  "eu-central-1",
  "us-west-2",
  "ap-northeast-1",
  "ap-south-1",
  "ca-central-1",
  "af-south-1",
];
const REGION_COUNTS = [1, 3, 5, 10];
const SCHEDULES_SECONDS = [60, 30, 15, 5, 1];
const ITEMS_PER_CELL = 200;

const TASK = {
  name: "orders-service-postgresql-primary",
  host: "db-primary.orders.internal.example.com:5432",
  targetId: "orders-postgresql",
};
const EXPIRES_AT = { expires_at: 1_802_174_460 };
const FROM_MS = 1_767_614_400_000;

/** A distance, queues on the way, and now and then a lost SYN. */
function connectTime(distanceMs: number): number {
  const queuesMs = -Math.log(1 - Math.random()) * (0.3 + 0.02 * distanceMs);
  const lostSynMs = Math.random() < 0.002 ? 1_000 : 0;
  return toMicrosecondPrecision(distanceMs + queuesMs + lostSynMs);
}

function regionWindow(distanceMs: number, scheduleSeconds: number): RegionWindow {
  const count = 60 / scheduleSeconds;
  const checks = Array.from({ length: count }, (_, i) => ({
    slotAtMs: FROM_MS + i * scheduleSeconds * SECOND_MS,
    verdict: "passed" as const,
    errorKind: null,
    connectTimeMs: connectTime(distanceMs),
    synRetransmits: 0,
  }));
  return {
    covered: true,
    checks,
    rechecks: [],
    figures: figuresOf({ expectedCount: count }, checks),
  };
}

function makeSummary(regionCount: number, scheduleSeconds: number): Summary {
  const names = REGIONS.slice(0, regionCount);
  const regions = names.map((name) => [
    name,
    regionWindow(1 + 200 * Math.random(), scheduleSeconds),
  ]);
  const window = {
    periodStartMs: FROM_MS,
    periodEndMs: FROM_MS + MINUTE_MS,
    scheduleMs: scheduleSeconds * SECOND_MS,
    regions: Object.fromEntries(regions),
  };
  return summarise(TASK, window, { complete: true, missingRegions: [], rev: 1 });
}

interface Size {
  readonly plain: number;
  readonly whole: number;
  readonly error: number;
}

function sizeOf(summary: Summary): Size {
  const item = { ...toSummaryItem(summary), ...EXPIRES_AT };
  const { k, ...plain } = item;
  const { timeSketch } = parseSummaryItem(item).overall;
  const error = timeSketch === null ? Number.NaN : relativeErrorOf(timeSketch.level);
  return { plain: itemSize(plain), whole: itemSize(item), error };
}

function rowOf(regionCount: number, scheduleSeconds: number): Row {
  const sizes = Array.from({ length: ITEMS_PER_CELL }, () =>
    sizeOf(makeSummary(regionCount, scheduleSeconds)),
  );
  const mean = (figure: (size: Size) => number) =>
    sizes.reduce((sum, size) => sum + figure(size), 0) / sizes.length;
  const share = (is: (size: Size) => boolean) =>
    `${((100 * sizes.filter(is).length) / sizes.length).toFixed(1)} %`;
  return {
    regions: regionCount,
    "every, s": scheduleSeconds,
    "bytes without": Math.round(mean(({ plain }) => plain)),
    "bytes with": Math.round(mean(({ whole }) => whole)),
    "most added": Math.max(...sizes.map(({ plain, whole }) => whole - plain)),
    "units without": mean(({ plain }) => writeUnits(plain)).toFixed(2),
    "units with": mean(({ whole }) => writeUnits(whole)).toFixed(2),
    "within 1 %": share(({ error }) => error < 0.011),
    coarser: share(({ error }) => error >= 0.011),
    "no sketch": share(({ error }) => Number.isNaN(error)),
  };
}

publish(
  "summary-size",
  `A minute's summary without and with what makes it mergeable: means of ${ITEMS_PER_CELL} items`,
  REGION_COUNTS.flatMap((regions) => SCHEDULES_SECONDS.map((seconds) => rowOf(regions, seconds))),
);
