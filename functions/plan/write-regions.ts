import type { Bundle, RegionDraft } from "../../shared/plan/plan.ts";
import { DAY_MS, type EpochMs, HOUR_MS } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { type RegionFailure, type Running, type RunningRegion, toFailure } from "./read-running.ts";
import type { PlanServices } from "./services.ts";

const REGIONS_AT_ONCE = 8;
/** A bundle outlives the last result that refers to it by at least this. */
const SPARE_DAYS = 1;

/** A stored bundle lasts this much longer, so that it is written once a week, not every minute. */
const RENEWAL_DAYS = 7;

const BUNDLES_AT_ONCE = 4;

/** What writing the plans of all regions did. */
export interface Written {
  readonly bundleCount: number;
  readonly failures: readonly RegionFailure[];
}

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
      const { resultDays, alertDefaults } = services;
      return await writeRegion(draft, { plans, last, resultDays, alertDefaults });
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

interface WriteOrder {
  readonly plans: PlanStore;
  readonly last: RunningRegion;
  readonly resultDays: number;
  readonly alertDefaults: PlanServices["alertDefaults"];
}

/** Writes a region's bundles, then the manifest that names them. Returns how many it wrote. */
async function writeRegion(draft: RegionDraft, order: WriteOrder): Promise<number> {
  // It knows already, and its table may be gone tomorrow.
  if (draft.manifest.retired && order.last.manifest?.retired) return 0;
  const due = [...dueBundles(draft, order.last)];
  const written = await inParallel(due, BUNDLES_AT_ONCE, ([hash, bundle]) =>
    keepBundle({ hash, bundle, nowMs: draft.manifest.plannedAtMs }, order),
  );
  const alertDefaults = order.alertDefaults ?? order.last.manifest?.alertDefaults;
  await order.plans.writeManifest({
    ...draft.manifest,
    plannedSlots: true,
    ...(alertDefaults !== undefined && { alertDefaults }),
  });
  return written.filter(Boolean).length;
}

/**
 * The bundles whose expiry is to be checked: new ones, those that this plan replaces, and once an
 * hour all others. A check reads the whole bundle, so its cost grows with the size of the bundle.
 */
function dueBundles(draft: RegionDraft, last: RunningRegion): Map<string, Bundle> {
  const hourOf = (at: EpochMs) => Math.floor(at / HOUR_MS);
  const { manifest } = last;
  const isNewHour =
    manifest === null || hourOf(manifest.plannedAtMs) !== hourOf(draft.manifest.plannedAtMs);
  const fresh = [...draft.bundles].filter(([hash]) => isNewHour || !last.bundles.has(hash));
  const superseded = [...last.bundles].filter(([hash]) => !draft.bundles.has(hash));
  return new Map([...fresh, ...superseded]);
}

interface KeptBundle {
  readonly hash: string;
  readonly bundle: Bundle;
  readonly nowMs: EpochMs;
}

/** Stores the bundle unless it is stored already and lasts long enough. */
async function keepBundle(kept: KeptBundle, { plans, resultDays }: WriteOrder): Promise<boolean> {
  const leastAtMs = kept.nowMs + (resultDays + SPARE_DAYS) * DAY_MS;
  const expiresAtMs = await plans.readBundleExpiry(kept.hash);
  if (expiresAtMs !== null && expiresAtMs >= leastAtMs) return false;
  await plans.writeBundle(kept.hash, kept.bundle, leastAtMs + RENEWAL_DAYS * DAY_MS);
  return true;
}
