import type { EpochMs } from "../../shared/units.ts";

/** What users are told, and when it is out. */
export interface Note {
  readonly atMs: EpochMs;
  /** A page is an alert at CRITICAL; what else is told is beside. */
  readonly what: "page" | "recovery" | "warning" | "warning over";
}
