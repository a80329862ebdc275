import type { HomeTable, RegionTable } from "../contract.ts";
import { itemSize, READ_UNIT_BYTES, readUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { printTask, type Task } from "../task/task.ts";
import { type CostFleet, chunkReads, chunkWrites, loadOf, type ShardLoad } from "./load.ts";
import { recordReads } from "./records.ts";
import { type SummaryLoad, summaryLoadOf, type TableUnits } from "./summaries.ts";

/** Write and read units of every table. */
export type UnitsByTable = Readonly<Record<HomeTable | RegionTable, TableUnits>>;

/** What the fleet does in an average minute in which no task changes and no user reads. */
export interface Usage {
  readonly checks: number;
  readonly shards: readonly ShardLoad[];
  readonly summaries: SummaryLoad;
  /** Units to read the records of all tasks, as each run and each look does. */
  readonly recordReads: number;
  readonly units: UnitsByTable;
}

/** Bytes of a task in a compressed bundle. */
const BUNDLE_TASK_BYTES = 40;

/** Lock acquired and released, window begun and judged, watermark moved, hours packed up to a slice. */
const ALERT_WRITES = 6;

/** The watermark, and how far hours are packed. The records of tasks come on top. */
const ALERT_READS = 2;

/** Each bundle's expiry is read once an hour, which costs as many units as the whole bundle. */
const BUNDLE_READS_A_MINUTE = 1 / 60;

/** What a fleet does with these tasks. */
export function usageOf(fleet: CostFleet, tasks: readonly Task[]): Usage {
  const enabled = tasks.filter((task) => task.enabled);
  const shards = fleet.regions.flatMap((region) => {
    const own = enabled.filter(({ regions }) => regions === "all" || regions.includes(region.name));
    return Array.from({ length: region.shards }, () => loadOf(region, own));
  });
  const summaries = summaryLoadOf(fleet, enabled);
  const records = recordReads(enabled.length, summaries.periods.taskRegions);
  return {
    checks: sumOf(shards, ({ samples }) => samples),
    shards,
    summaries,
    recordReads: records,
    units: unitsOf(fleet, enabled, { shards, summaries: summaries.units, records }),
  };
}

interface Loads {
  readonly summaries: TableUnits;
  readonly records: number;
}

function unitsOf(
  fleet: CostFleet,
  tasks: readonly Task[],
  { shards, summaries, records }: Pick<Usage, "shards"> & Loads,
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
    summaries,
    alerts: { writes: ALERT_WRITES, reads: ALERT_READS + records },
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
