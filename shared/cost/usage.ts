import type { HomeTable, RegionTable } from "../contract.ts";
import { itemSize, READ_UNIT_BYTES, readUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { printTask, type Task } from "../task/task.ts";
import type { RegionName } from "../units.ts";
import type { CostFleet, ShardLoad } from "./load.ts";
import { recordReads } from "./records.ts";
import { type ResultTable, resultTablesOf, shardLoads } from "./result-tables.ts";
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
  /** The tables of results, each of a region; their units together are those of results. */
  readonly results: ReadonlyMap<RegionName, ResultTable>;
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
  const shards = fleet.regions.flatMap((region) => shardLoads(region, enabled));
  const summaries = summaryLoadOf(fleet, enabled);
  const records = recordReads(enabled.length, summaries.periods.taskRegions);
  const results = resultTablesOf(fleet, shards);
  return {
    checks: sumOf(shards, ({ samples }) => samples),
    shards,
    summaries,
    recordReads: records,
    units: unitsOf(fleet, enabled, { shards, summaries: summaries.units, records, results }),
    results,
  };
}

interface Loads {
  readonly summaries: TableUnits;
  readonly records: number;
  readonly results: Usage["results"];
}

function unitsOf(
  fleet: CostFleet,
  tasks: readonly Task[],
  { shards, summaries, records, results }: Pick<Usage, "shards"> & Loads,
): UnitsByTable {
  const regionCount = fleet.regions.length;
  const shardCount = shards.length;
  const resultUnits = [...results.values()].map(({ units }) => units);
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
      writes: sumOf(resultUnits, ({ writes }) => writes),
      reads: sumOf(resultUnits, ({ reads }) => reads),
    },
  };
}

function bundleReads(bytes: number): number {
  return (bytes / READ_UNIT_BYTES) * BUNDLE_READS_A_MINUTE;
}
