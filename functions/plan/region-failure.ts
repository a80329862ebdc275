import type { RegionName } from "../../shared/units.ts";

/** A region that this run could not plan for. */
export interface RegionFailure {
  readonly region: RegionName;
  readonly error: Error;
}

/** Whatever was thrown, as a failure of the region. */
export function toFailure(region: RegionName, thrown: unknown): RegionFailure {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { region, error: new Error(`Region ${region}: ${cause.message}`, { cause }) };
}
