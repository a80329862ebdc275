import { MINUTES_PER_MONTH, PRICES, priceOf } from "../shared/cost/cost.ts";
import { itemSize, writeUnits } from "../shared/item-size.ts";
import {
  groupCountFor,
  groupOf,
  packMinute,
  packSummaries,
} from "../shared/summary/packed/packed.ts";
import {
  asStored,
  figuresOf,
  mergePeriod,
  parseSummaryItem,
  type RegionWindow,
  relativeErrorOf,
  type Summary,
  summarise,
  toSummaryItem,
} from "../shared/summary/summary.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS, toMicrosecondPrecision } from "../shared/units.ts";
import { REGION_NAMES } from "./region-names.ts";
import { publish, type Row } from "./report.ts";

// What a minute's summaries take as stored: those of many tasks in groups, and one that is an item of
// its own, with what of it makes summaries mergeable.
// `npx node bench/summary-size.ts [--json]`

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

interface Scene {
  readonly distances: readonly number[];
  readonly minute: number;
}

function makeSummary(
  regionCount: number,
  scheduleSeconds: number,
  task = TASK,
  { distances, minute }: Scene = { distances: [], minute: 0 },
): Summary {
  const names = REGION_NAMES.slice(0, regionCount);
  const regions = names.map((name, i) => [
    name,
    regionWindow(distances[i] ?? 1 + 200 * Math.random(), scheduleSeconds),
  ]);
  const window = {
    ...periodAt(FROM_MS + minute * MINUTE_MS, MINUTE_MS),
    scheduleMs: scheduleSeconds * SECOND_MS,
    regions: Object.fromEntries(regions),
  };
  return summarise(task, window, { complete: true, missingRegions: [], rev: 1 });
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

const FLEETS = [
  { tasks: 20, regions: 3, seconds: 60 },
  { tasks: 100, regions: 5, seconds: 60 },
  { tasks: 1_000, regions: 5, seconds: 30 },
  { tasks: 10_000, regions: 10, seconds: 15 },
];

const SERVICES = ["orders", "billing", "web", "search", "auth", "mail", "cdn", "queue", "ledger"];
const KINDS = ["postgresql", "redis", "https", "smtp", "mysql", "kafka", "amqp"];

function taskAt(i: number) {
  const [service, kind] = [SERVICES[(i * 7) % 9] ?? "", KINDS[(i * 5) % 7] ?? ""];
  return {
    name: `${service}-service-${kind}-${i}`,
    host: `${kind}.${service}${i % 97}.internal.example.com:${5_000 + (i % 200)}`,
    targetId: `${service}-${i % 97}`,
  };
}

function fleetRow({ tasks, regions, seconds }: (typeof FLEETS)[number]): Row {
  const minute = Array.from({ length: tasks }, (_, i) => makeSummary(regions, seconds, taskAt(i)));
  const groupCount = groupCountFor(minute);
  const groups = Map.groupBy(minute, ({ taskName }) => groupOf(taskName, groupCount));
  const sizes = [...groups.values()].map((own) => packMinute(own).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const roots = groupCount === 1 ? 0 : 1;
  const units = sizes.reduce((sum, size) => sum + writeUnits(size + GROUP_ITEM_BYTES), roots);
  const dollars = priceOf(PRICES.prices.dynamodbWrites, units * MINUTES_PER_MONTH);
  return {
    tasks,
    regions,
    "every, s": seconds,
    groups: groupCount,
    "bytes a task": (bytes / tasks).toFixed(1),
    "largest group, KB": (Math.max(...sizes) / 1_024).toFixed(1),
    "units a minute": units,
    "$ a month": dollars.toFixed(2),
  };
}

/** A task's hours and day at its usual size: means of some tasks. */
function periodRow({ regions, seconds }: (typeof FLEETS)[number]): Row {
  const days = Array.from({ length: 4 }, (_, i) => makeDay(regions, seconds, taskAt(i)));
  const hours = days.flatMap((day) => day.minutes.map((minutes) => packSummaries(minutes).length));
  const sizes = days.map(({ hours: merged, day }) => packSummaries([...merged, day]).length);
  return {
    regions,
    "every, s": seconds,
    "an hour, bytes": Math.round(meanOf(hours)),
    "a day, bytes": Math.round(meanOf(sizes)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A task has the same distances all day. */
function makeDay(regionCount: number, seconds: number, task: typeof TASK) {
  const distances = Array.from({ length: regionCount }, () => 1 + 200 * Math.random());
  const minutes = Array.from({ length: 24 }, (_, hour) =>
    Array.from({ length: 60 }, (_, minute) =>
      makeSummary(regionCount, seconds, task, { distances, minute: hour * 60 + minute }),
    ),
  );
  const hours = minutes.map((own, i) =>
    mergePeriod(periodAt(FROM_MS + i * HOUR_MS, HOUR_MS), own.map(asStored)),
  );
  return { minutes, hours, day: mergePeriod(periodAt(FROM_MS, 24 * HOUR_MS), hours) };
}

function periodAt(periodStartMs: number, lengthMs: number) {
  return { periodStartMs, periodEndMs: periodStartMs + lengthMs };
}

/** Names and numbers of a group's item beside its content. */
const GROUP_ITEM_BYTES = 80;

publish("period-size", "A task's packed hour, and a day with its hours", FLEETS.map(periodRow));
publish("minute-size", "A minute of a fleet in groups of tasks", FLEETS.map(fleetRow));
