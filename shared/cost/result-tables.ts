import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import type { RegionName } from "../units.ts";
import { STANDARD_UNITS, type Throughput, throughputFor } from "./capacity.ts";
import { type CostFleet, chunkReads, chunkWrites, loadOf, type ShardLoad } from "./load.ts";
import type { TableUnits } from "./summaries.ts";

type Region = CostFleet["regions"][number];
type Billed = Pick<CostFleet, "capacityMode">;

/** A region's table of results: what it does in a minute, and how it is billed for it. */
export interface ResultTable {
  readonly units: TableUnits;
  /** Null if it is billed on demand. */
  readonly throughput: Throughput | null;
}

/** What the shards of a region do with those of the tasks that are checked there. */
export function shardLoads(region: Region, tasks: readonly Task[]): ShardLoad[] {
  const own = tasks.filter(({ regions }) => regions === "all" || regions.includes(region.name));
  return Array.from({ length: region.shards }, () => loadOf(region, own));
}

/** The table of results of each region. */
export function resultTablesOf(
  fleet: Pick<CostFleet, "regions"> & Billed,
  shards: readonly ShardLoad[],
): ReadonlyMap<RegionName, ResultTable> {
  return new Map(
    fleet.regions.map((region) => {
      const own = shards.filter((shard) => shard.region === region.name);
      return [region.name, tableOf(fleet, region, unitsOf(own))];
    }),
  );
}

/** With what a region's table of results is provisioned for these tasks; null if it is billed on demand. */
export function resultThroughputFor(
  fleet: Billed,
  region: Region,
  tasks: readonly Task[],
): Throughput | null {
  return tableOf(fleet, region, unitsOf(shardLoads(region, tasks))).throughput;
}

/** The same tables if they do so much together as was counted. */
export function countedTables(
  tables: ReadonlyMap<RegionName, ResultTable>,
  counted: TableUnits,
): ReadonlyMap<RegionName, ResultTable> {
  const part = (kind: "writes" | "reads") => {
    const modelled = sumOf([...tables.values()], ({ units }) => units[kind]);
    return modelled === 0 ? 0 : counted[kind] / modelled;
  };
  const [writes, reads] = [part("writes"), part("reads")];
  return new Map(
    [...tables].map(([region, { units, throughput }]) => [
      region,
      { units: { writes: units.writes * writes, reads: units.reads * reads }, throughput },
    ]),
  );
}

function unitsOf(shards: readonly ShardLoad[]): TableUnits {
  const bursts = sumOf(shards, (shard) => shard.bursts?.messageCount ?? 0);
  return {
    writes: shards.length + bursts + sumOf(shards, chunkWrites),
    // Each lease, by its probe and by the aggregator, which also looks for one more in each region.
    // Who takes a burst reads it too, and who sends one whether the last one was taken.
    reads: 2 * shards.length + 2 * bursts + 1 + sumOf(shards, chunkReads),
  };
}

/** An agent that was without AWS delivers at once what it has kept for hours: its load is not steady. */
function tableOf(
  { capacityMode = "auto" }: Billed,
  { agent }: Region,
  units: TableUnits,
): ResultTable {
  const load = { table: "results", units, prices: STANDARD_UNITS } as const;
  return { units, throughput: agent ? null : throughputFor(capacityMode, load) };
}
