import type { HomeTable, RegionTable } from "../contract.ts";
import { itemSize, READ_UNIT_BYTES, readUnits, writeUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { printTask, type Task } from "../task/task.ts";
import { type CostFleet, chunkReads, chunkWrites, loadOf, type ShardLoad } from "./load.ts";
import { summariesOf } from "./summaries.ts";

export interface TableUnits {
  readonly writes: number;
  readonly reads: number;
}

export type UnitsByTable = Readonly<Record<HomeTable | RegionTable, TableUnits>>;

/** What the fleet does in an average minute of its steady life: nothing changes, nobody reads. */
export interface Usage {
  readonly checks: number;
  readonly shards: readonly ShardLoad[];
  readonly summaryCount: number;
  readonly summaryBytes: number;
  readonly units: UnitsByTable;
}

/** A task in a bundle, compressed. */
const BUNDLE_TASK_BYTES = 40;

/** Lock taken and given back, window begun and judged, watermark moved. */
const ALERT_WRITES = 5;

/** The partitions of the states, and the watermark. */
const ALERT_READS = 17;

/** Each bundle's expiry is looked at once an hour, which costs as much as the bundle is large. */
const BUNDLE_READS_A_MINUTE = 1 / 60;

/** What the tasks make a fleet do. */
export function usageOf(fleet: CostFleet, tasks: readonly Task[]): Usage {
  const enabled = tasks.filter((task) => task.enabled);
  const shards = fleet.regions.flatMap((region) => {
    const own = enabled.filter(({ regions }) => regions === "all" || regions.includes(region.name));
    return Array.from({ length: region.shards }, () => loadOf(region, own));
  });
  const summaries = enabled.map((task) => summariesOf(fleet, task));
  const summaryWrites = sumOf(summaries, ({ count, bytes }) => count * writeUnits(bytes));
  return {
    checks: sumOf(shards, ({ samples }) => samples),
    shards,
    summaryCount: sumOf(summaries, ({ count }) => count),
    summaryBytes: sumOf(summaries, ({ count, bytes }) => count * bytes),
    units: unitsOf(fleet, enabled, { shards, summaryWrites }),
  };
}

function unitsOf(
  fleet: CostFleet,
  tasks: readonly Task[],
  { shards, summaryWrites }: { shards: readonly ShardLoad[]; summaryWrites: number },
): UnitsByTable {
  const regionCount = fleet.regions.length;
  const shardCount = shards.length;
  const taskBytes = sumOf(tasks, (task) => itemSize(printTask(task)));
  const bundleBytes = (tasks.length * BUNDLE_TASK_BYTES * shardCount) / Math.max(1, regionCount);
  return {
    tasks: { writes: 0, reads: readUnits(taskBytes, "strong") },
    "task-status": { writes: 0, reads: 1 },
    summaries: { writes: summaryWrites, reads: 0 },
    alerts: { writes: ALERT_WRITES, reads: ALERT_READS },
    plans: {
      writes: regionCount,
      // The manifest, by the planner, the aggregator and each probe.
      reads: 2 * regionCount + shardCount + bundleReads(bundleBytes),
    },
    results: {
      writes: shardCount + sumOf(shards, chunkWrites),
      // Each lease, by its probe and by the aggregator, which also looks for one more a region.
      reads: 2 * shardCount + regionCount + sumOf(shards, chunkReads),
    },
  };
}

function bundleReads(bytes: number): number {
  return (bytes / READ_UNIT_BYTES) * BUNDLE_READS_A_MINUTE;
}
