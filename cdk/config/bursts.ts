import { burstsPay } from "../../shared/cost/cost.ts";
import { SECOND_MS } from "../../shared/units.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { type ConfigReader, refuse } from "./read-config.ts";
import type { RegionConfig } from "./region-config.ts";

/** Reads `fleet.bursts`. */
export function readBursts(reader: ConfigReader): boolean | "auto" {
  const value = reader.fields.bursts ?? "auto";
  if (value === "auto" || typeof value === "boolean") return value;
  refuse(reader, "bursts", '"auto", true or false', value);
  return "auto";
}

/** What decides whether there is a queue. */
export type BurstSettings = Pick<
  FleetConfig,
  "bursts" | "expectedTasks" | "expectedScheduleSeconds"
>;

/**
 * Whether a region has a queue that brings its probes the next burst. If the fleet does not say, it has
 * one where that pays for the expected tasks; not in a VPC, from which SQS may be out of reach.
 */
export function hasBursts(fleet: BurstSettings, { shards, memoryMb, vpc }: RegionConfig): boolean {
  if (fleet.bursts !== "auto") return fleet.bursts;
  if (vpc !== null) return false;
  const taskCount = Math.ceil(fleet.expectedTasks / shards);
  const scheduleMs = fleet.expectedScheduleSeconds * SECOND_MS;
  const tasks = Array.from({ length: taskCount }, (_, i) => ({
    target: { hostname: `host-${i}`, port: 1 },
    scheduleMs,
  }));
  return burstsPay({ memoryMb, shards }, tasks);
}
