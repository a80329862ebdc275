import type { SummaryClass } from "../../shared/contract.ts";
import { summaryClassFor } from "../../shared/cost/cost.ts";
import { SECOND_MS } from "../../shared/units.ts";
import type { FleetConfig } from "./fleet-config.ts";
import { type ConfigReader, refuse } from "./read-config.ts";

/** Reads `fleet.summaryClass`. */
export function readSummaryClass(reader: ConfigReader): SummaryClass | "auto" {
  const value = reader.fields.summaryClass ?? "auto";
  if (value === "auto" || value === "standard" || value === "infrequent") return value;
  refuse(reader, "summaryClass", '"auto", "standard" or "infrequent"', value);
  return "auto";
}

/** The table class of the summaries: if the fleet does not say, what costs less for the expected tasks. */
export function expectedSummaryClass(fleet: FleetConfig): SummaryClass {
  const places = { ...fleet, regions: [...fleet.regions, ...fleet.locations] };
  const tasks = Array.from({ length: fleet.expectedTasks }, (_, i) => ({
    name: `Service ${i}`,
    host: `service-${i}.example.com:443`,
    targetId: `service-${i}`,
    scheduleMs: fleet.expectedScheduleSeconds * SECOND_MS,
    regions: "all" as const,
  }));
  return summaryClassFor(places, tasks);
}
