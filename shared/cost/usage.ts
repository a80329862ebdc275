import type { HomeTable, RegionTable } from "../contract.ts";
import { itemSize, READ_UNIT_BYTES, readUnits, writeUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import {
  type DeepNote,
  figuresOf,
  type RegionWindow,
  summarise,
  toSummaryItem,
} from "../summary/summary.ts";
import { printTask, type Task, usesConnection } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, type RegionName, SECOND_MS } from "../units.ts";
import { type CostFleet, chunkReads, chunkWrites, loadOf, type ShardLoad } from "./load.ts";
import { type PeriodLoad, periodsOf, type TaskMinutes } from "./periods.ts";

/** Write and read units of one table. */
export interface TableUnits {
  readonly writes: number;
  readonly reads: number;
}

/** Write and read units of every table. */
export type UnitsByTable = Readonly<Record<HomeTable | RegionTable, TableUnits>>;

/** What the fleet does in an average minute in which no task changes and no user reads. */
export interface Usage {
  readonly checks: number;
  readonly shards: readonly ShardLoad[];
  readonly summaryCount: number;
  readonly summaryBytes: number;
  readonly periods: PeriodLoad;
  readonly units: UnitsByTable;
}

/** Bytes of a task in a compressed bundle. */
const BUNDLE_TASK_BYTES = 40;

/** Lock acquired and released, window begun and judged, watermark moved, hours packed up to a slice. */
const ALERT_WRITES = 6;

/** The partitions of the states, the watermark, and how far hours are packed. */
const ALERT_READS = 18;

/** Each bundle's expiry is read once an hour, which costs as many units as the whole bundle. */
const BUNDLE_READS_A_MINUTE = 1 / 60;

/** What a fleet does with these tasks. */
export function usageOf(fleet: CostFleet, tasks: readonly Task[]): Usage {
  const enabled = tasks.filter((task) => task.enabled);
  const shards = fleet.regions.flatMap((region) => {
    const own = enabled.filter(({ regions }) => regions === "all" || regions.includes(region.name));
    return Array.from({ length: region.shards }, () => loadOf(region, own));
  });
  const summaries = enabled.map((task) => summariesOf(fleet, task));
  const summaryWrites = sumOf(summaries, ({ count, bytes }) => count * writeUnits(bytes));
  const periods = periodsOf(summaries);
  return {
    checks: sumOf(shards, ({ samples }) => samples),
    shards,
    summaryCount: sumOf(summaries, ({ count }) => count),
    summaryBytes: sumOf(summaries, ({ count, bytes }) => count * bytes),
    periods,
    units: unitsOf(fleet, enabled, { shards, summaryWrites, periods }),
  };
}

function unitsOf(
  fleet: CostFleet,
  tasks: readonly Task[],
  {
    shards,
    summaryWrites,
    periods,
  }: { shards: readonly ShardLoad[]; summaryWrites: number; periods: PeriodLoad },
): UnitsByTable {
  const regionCount = fleet.regions.length;
  const shardCount = shards.length;
  const taskBytes = sumOf(tasks, (task) => itemSize(printTask(task)));
  const bundleBytes = (tasks.length * BUNDLE_TASK_BYTES * shardCount) / Math.max(1, regionCount);
  return {
    tasks: { writes: 0, reads: readUnits(taskBytes, "strong") },
    // By the planner and the aggregator.
    settings: { writes: 0, reads: 2 },
    "task-status": { writes: 0, reads: 1 },
    summaries: { writes: summaryWrites + periods.writes, reads: periods.reads },
    alerts: { writes: ALERT_WRITES, reads: ALERT_READS },
    plans: {
      writes: regionCount,
      // The manifest, by the planner, the aggregator and each probe.
      reads: 2 * regionCount + shardCount + bundleReads(bundleBytes),
    },
    results: {
      writes: shardCount + sumOf(shards, chunkWrites),
      // Each lease, by its probe and by the aggregator, which also looks for one more in each region.
      reads: 2 * shardCount + regionCount + sumOf(shards, chunkReads),
    },
  };
}

function bundleReads(bytes: number): number {
  return (bytes / READ_UNIT_BYTES) * BUNDLE_READS_A_MINUTE;
}

/** How many summaries a minute a task has, and how large they are. */
function summariesOf(fleet: CostFleet, task: Task): TaskMinutes {
  const names = fleet.regions.map(({ name }) => name);
  const regions = task.regions === "all" ? names : names.filter((n) => task.regions.includes(n));
  // The stagger gives the regions of a task with a long schedule different minutes.
  const minuteCount = Math.max(
    1,
    Math.min(regions.length, Math.floor(task.scheduleMs / MINUTE_MS)),
  );
  const count = regions.length === 0 ? 0 : Math.min(1, (minuteCount * MINUTE_MS) / task.scheduleMs);
  const shown = regions.slice(0, Math.ceil(regions.length / minuteCount));
  return { task, count, bytes: summarySize(task, shown), regionCount: regions.length };
}

const SAMPLE_WINDOW = {
  periodStartMs: 1_700_000_040 * SECOND_MS,
  periodEndMs: 1_700_000_100 * SECOND_MS,
};
const EXPIRES_AT = { expires_at: 1_734_560_100 };

/** The size of the item that is stored, with usual figures. */
function summarySize(task: Task, regions: readonly RegionName[]): number {
  const windows = regions.map((region, i): [RegionName, RegionWindow] => [
    region,
    usualWindow(task, 20.123 + 17.311 * i),
  ]);
  const window = {
    ...SAMPLE_WINDOW,
    scheduleMs: task.scheduleMs,
    regions: Object.fromEntries(windows),
  };
  const context = { complete: true, missingRegions: [], rev: 1 };
  return itemSize({ ...toSummaryItem(summarise(task, window, context)), ...EXPIRES_AT });
}

function usualWindow(task: Task, distanceMs: DurationMs): RegionWindow {
  const count = Math.max(1, Math.min(60, Math.round(MINUTE_MS / task.scheduleMs)));
  const checks = Array.from({ length: count }, (_, i) => ({
    slotAtMs: SAMPLE_WINDOW.periodStartMs + i * task.scheduleMs,
    verdict: "passed" as const,
    errorKind: null,
    connectTimeMs: distanceMs + i * 0.137,
    synRetransmits: 0,
    ...(usesConnection(task) && { deep: usualNote(task, distanceMs) }),
  }));
  return {
    covered: true,
    checks,
    rechecks: [],
    figures: figuresOf({ expectedCount: count }, checks),
  };
}

/** What a check measures beyond a handshake: a round trip for TLS, and one for the rest. */
function usualNote({ tls, greeting, dialogue }: Task, distanceMs: DurationMs): DeepNote {
  const isTalking = (greeting ?? dialogue) !== undefined;
  return {
    tlsTimeMs: tls === undefined ? null : distanceMs + 1.234,
    dialogueTimeMs: isTalking ? distanceMs + 0.567 : null,
    isRetried: false,
    sentBytes: isTalking ? 20 : 0,
    receivedBytes: isTalking ? 60 : 0,
    sentMessages: isTalking ? 1 : 0,
    receivedMessages: isTalking ? 1 : 0,
    ...(tls !== undefined && { certificate: USUAL_CERTIFICATE }),
  };
}

const USUAL_CERTIFICATE = {
  id: "0123456789abcdef",
  fromMs: 1_695_000_000 * SECOND_MS,
  untilMs: 1_705_000_000 * SECOND_MS,
};
