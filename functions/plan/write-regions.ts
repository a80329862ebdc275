import type { RegionDraft } from "../../shared/plan/plan.ts";
import { inParallel } from "../in-parallel.ts";
import type { Running } from "./read-running.ts";
import { type RegionFailure, toFailure } from "./region-failure.ts";
import type { PlanServices } from "./services.ts";
import { writeRegion } from "./write-region.ts";

/** What came of writing the plan. */
export interface Written {
  readonly bundleCount: number;
  readonly failures: readonly RegionFailure[];
}

const REGIONS_AT_ONCE = 8;

/** Writes every region that could be read. One that fails is reported and stops no other. */
export async function writeRegions(
  services: PlanServices,
  drafts: readonly RegionDraft[],
  running: Running,
): Promise<Written> {
  const outcomes = await inParallel(drafts, REGIONS_AT_ONCE, async (draft) => {
    const { region } = draft.manifest;
    const last = running.regions.get(region);
    if (last === undefined) return 0;
    try {
      const plans = services.plansOf(region);
      return await writeRegion(draft, { plans, last, resultDays: services.resultDays });
    } catch (error) {
      return toFailure(region, error);
    }
  });
  return {
    bundleCount: outcomes.reduce<number>(
      (sum, one) => sum + (typeof one === "number" ? one : 0),
      0,
    ),
    failures: outcomes.filter((one) => typeof one !== "number"),
  };
}
