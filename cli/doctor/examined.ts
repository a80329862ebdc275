import { awsRegionOf, type Fleet, type FleetRegion } from "../../shared/plan/plan.ts";
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
  /** The region of AWS that is asked: of a location it is home. */
  readonly at: RegionName;
  /** Whether an agent probes there, and no function. */
  readonly isAgent: boolean;
  readonly isHome: boolean;
  /** Null if it only is home. */
  readonly probed: FleetRegion | null;
}

/** The regions of a fleet, home first. */
export function placesOf(fleet: Fleet): Place[] {
  const { home, regions } = fleet;
  const own = regions.find(({ name }) => name === home) ?? null;
  const others = regions.filter(({ name }) => name !== home);
  return [
    { region: home, at: home, isAgent: false, isHome: true, probed: own },
    ...others.map((probed) => ({
      ...{ region: probed.name, isHome: false, probed },
      isAgent: probed.agent === true,
      at: awsRegionOf(fleet, probed.name),
    })),
  ];
}
