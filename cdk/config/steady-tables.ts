import type { CapacityMode } from "../../shared/contract.ts";
import {
  plainTasks,
  resultThroughputFor,
  type SummaryTable,
  summaryTableFor,
  type Throughput,
} from "../../shared/cost/cost.ts";
import type { Task } from "../../shared/task/task.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { hasBursts } from "./bursts.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { type ConfigReader, refuse } from "./read-config.ts";
import type { RegionConfig } from "./region-config.ts";

/** Reads `fleet.capacityMode`. */
export function readCapacityMode(reader: ConfigReader): CapacityMode | "auto" {
  const value = reader.fields.capacityMode ?? "auto";
  if (value === "auto" || value === "on-demand" || value === "provisioned") return value;
  refuse(reader, "capacityMode", '"auto", "on-demand" or "provisioned"', value);
  return "auto";
}

/** Class and capacity of the summaries' table: if the fleet does not say, what costs less for the expected tasks. */
export function expectedSummaryTable(fleet: FleetConfig): SummaryTable {
  const places = { ...fleet, regions: [...fleet.regions, ...fleet.locations] };
  return summaryTableFor(places, expectedTasks(fleet));
}

/** The same for the results of a region; null: billed on demand. A region that is taken out does little. */
export function expectedResultThroughput(
  fleet: FleetConfig,
  region: RegionConfig,
): Throughput | null {
  if (region.retired) return null;
  const { name, shards, memoryMb } = region;
  const bursts = hasBursts(fleet, region) ? ({ bursts: true } as const) : {};
  return resultThroughputFor(fleet, { name, shards, memoryMb, ...bursts }, expectedTasks(fleet));
}

function expectedTasks(fleet: FleetConfig): Task[] {
  return plainTasks(fleet.expectedTasks, fleet.expectedScheduleSeconds * SECOND_MS);
}
