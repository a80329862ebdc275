import type { HomeTable, RegionTable } from "../contract.ts";
import { itemSize, READ_UNIT_BYTES, readUnits, writeUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { groupCountOf } from "../summary/packed/packed.ts";
import { printTask, type Task, usesConnection } from "../task/task.ts";
import { MINUTE_MS } from "../units.ts";
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
  const summaryCount = sumOf(summaries, ({ count }) => count);
  const summaryBytes = sumOf(summaries, ({ count, bytes }) => count * bytes);
  const summaryWrites = minuteWrites(summaryCount, summaryBytes);
  const periods = periodsOf(summaries);
  return {
    checks: sumOf(shards, ({ samples }) => samples),
    shards,
    summaryCount,
    summaryBytes,
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
  const bursts = sumOf(shards, (shard) => shard.bursts?.messageCount ?? 0);
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
      writes: shardCount + bursts + sumOf(shards, chunkWrites),
      // Each lease, by its probe and by the aggregator, which also looks for one more in each region.
      // Who takes a burst reads it too, and who sends one whether the last one was taken.
      reads: 2 * shardCount + 2 * bursts + regionCount + sumOf(shards, chunkReads),
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
  const shown = Math.ceil(regions.length / minuteCount);
  return { task, count, bytes: summarySize(task, shown), regionCount: regions.length };
}

// Fitted to what `bench/summary-size.ts` measures of minutes in groups (decision 57).
const MINUTE_BYTES = { base: 8, perNameByte: 1 / 4, perDeepRegion: 24 } as const;

/** Of few checks each time is there, of many their figures and a sketch. */
function regionBytes(checkCount: number): number {
  return Math.min(2.4 * checkCount, 12 + 0.11 * checkCount);
}

/** Bytes of a task in its group's minute. */
function summarySize(task: Task, regionCount: number): number {
  const checks = Math.max(1, Math.min(60, Math.round(MINUTE_MS / task.scheduleMs)));
  const deep = usesConnection(task) ? MINUTE_BYTES.perDeepRegion : 0;
  const names = Buffer.byteLength(`${task.name}${task.host}${task.targetId ?? ""}`);
  const about = MINUTE_BYTES.base + names * MINUTE_BYTES.perNameByte;
  return about + regionCount * (regionBytes(checks) + deep);
}

/** Units to write the groups of a minute, which are about alike, and the root that says how many they are. */
function minuteWrites(count: number, bytes: number): number {
  const groups = groupCountOf(count);
  const units = groups * writeUnits(GROUP_ITEM_BYTES + bytes / groups) + (groups === 1 ? 0 : 1);
  // A minute without a task is not written.
  return units * Math.min(1, count);
}

/** Names and numbers of a group's item beside its content. */
const GROUP_ITEM_BYTES = 80;
