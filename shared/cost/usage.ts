import type { HomeTable, RegionTable } from "../contract.ts";
import { itemSize, READ_UNIT_BYTES, readUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { printTask, type Task } from "../task/task.ts";
import type { RegionName } from "../units.ts";
import type { CostFleet, ShardLoad } from "./load.ts";
import { listWrites, namedReads, recordReads, USUAL_LOSS, unquietRecords } from "./records.ts";
import { type ResultTable, resultTablesOf, shardLoads } from "./result-tables.ts";
import { type SummaryLoad, summaryLoadOf, type TableUnits } from "./summaries.ts";

/** Write and read units of every table. */
export type UnitsByTable = Readonly<Record<HomeTable | RegionTable, TableUnits>>;

/** What the fleet does in an average minute in which no task changes and no user reads. */
export interface Usage {
  readonly checks: number;
  readonly shards: readonly ShardLoad[];
  readonly summaries: SummaryLoad;
  /** Units to read the records of all tasks, as each run does. */
  readonly recordReads: number;
  /** Units of a look at one task; null if it reads all records. */
  readonly namedReads: number | null;
  readonly units: UnitsByTable;
  /** The tables of results, each of a region; their units together are those of results. */
  readonly results: ReadonlyMap<RegionName, ResultTable>;
}

/** Bytes of a task in a compressed bundle. */
const BUNDLE_TASK_BYTES = 40;

/** Lock acquired and released, window begun and judged, watermark moved, hours packed up to a slice. */
const ALERT_WRITES = 6;

/** The watermark, which tasks are unquiet, and how far hours are packed. The records of tasks come on top. */
const ALERT_READS = 3;

/** Each bundle's expiry is read once an hour, which costs as many units as the whole bundle. */
const BUNDLE_READS_A_MINUTE = 1 / 60;

/** What a fleet does with these tasks. */
export function usageOf(fleet: CostFleet, tasks: readonly Task[]): Usage {
  const enabled = tasks.filter((task) => task.enabled);
  const shards = fleet.regions.flatMap((region) => shardLoads(region, enabled));
  const summaries = summaryLoadOf(fleet, enabled);
  const records = recordReads(enabled.length, summaries.periods.taskRegions);
  const results = resultTablesOf(fleet, shards);
  const checks = sumOf(shards, ({ samples }) => samples);
  const unquiet = unquietRecords(enabled.length, checks * USUAL_LOSS);
  const loads = { summaries: summaries.units, records, unquiet, results };
  return {
    ...{ checks, shards, summaries, results },
    recordReads: records,
    namedReads: namedReads(unquiet),
    units: unitsOf(fleet, enabled, { shards, ...loads }),
  };
}

interface Loads {
  readonly summaries: TableUnits;
  readonly records: number;
  readonly unquiet: number | null;
  readonly results: Usage["results"];
}

function unitsOf(
  fleet: CostFleet,
  tasks: readonly Task[],
  { shards, summaries, records, unquiet, results }: Pick<Usage, "shards"> & Loads,
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
    alerts: { writes: ALERT_WRITES + listWrites(unquiet), reads: ALERT_READS + records },
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
