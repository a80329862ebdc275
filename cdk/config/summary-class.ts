import type { SummaryClass } from "../../shared/contract.ts";
import { type ConfigReader, refuse } from "./read-config.ts";

/** Reads `fleet.summaryClass`. */
export function readSummaryClass(reader: ConfigReader): SummaryClass | "auto" {
  const value = reader.fields.summaryClass ?? "auto";
  if (value === "auto" || value === "standard" || value === "infrequent") return value;
  refuse(reader, "summaryClass", '"auto", "standard" or "infrequent"', value);
  return "auto";
}
