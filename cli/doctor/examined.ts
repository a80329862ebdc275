import type { Fleet, FleetRegion } from "../../shared/plan/plan.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import type { OpenFleet } from "../fleet/open-fleet.ts";
import type { AskAws } from "./ask-aws.ts";

/** What a deployment is said to have, beside its fleet. */
export interface Expected {
  readonly tasks: number;
  readonly hasStatusPage: boolean;
}

/** One fleet that is examined. */
export interface Examined {
  readonly open: OpenFleet;
  readonly fleet: Fleet;
  readonly ask: AskAws;
  readonly nowMs: EpochMs;
  readonly expected: Expected;
}

/** One region of it, as home, as a probing region, or both. */
export interface Place {
  readonly region: RegionName;
  readonly isHome: boolean;
  /** Null if it only is home. */
  readonly probed: FleetRegion | null;
}

/** The regions of a fleet, home first. */
export function placesOf({ home, regions }: Fleet): Place[] {
  const own = regions.find(({ name }) => name === home) ?? null;
  const others = regions.filter(({ name }) => name !== home);
  return [
    { region: home, isHome: true, probed: own },
    ...others.map((probed) => ({ region: probed.name, isHome: false, probed })),
  ];
}
