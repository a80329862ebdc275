import type { Bundle, RegionDraft } from "../../shared/plan/plan.ts";
import { DAY_MS, type EpochMs, HOUR_MS } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { RunningRegion } from "./read-running.ts";

/** A bundle outlives the last result that points into it by at least this. */
const SPARE_DAYS = 1;

/** Beyond that it is kept for a week, so that it is rewritten weekly and not every minute. */
const RENEWAL_DAYS = 7;

const BUNDLES_AT_ONCE = 4;

/** Where a draft goes, and what is there. */
export interface WriteOrder {
  readonly plans: PlanStore;
  readonly last: RunningRegion;
  readonly resultDays: number;
}

/** Writes a region's bundles, then the manifest that names them. Returns how many bundles it wrote. */
export async function writeRegion(draft: RegionDraft, order: WriteOrder): Promise<number> {
  const due = [...dueBundles(draft, order.last)];
  const written = await inParallel(due, BUNDLES_AT_ONCE, ([hash, bundle]) =>
    keepBundle({ hash, bundle, nowMs: draft.manifest.plannedAtMs }, order),
  );
  await order.plans.writeManifest(draft.manifest);
  return written.filter(Boolean).length;
}

/**
 * The bundles whose expiry is to be looked at: new ones, those that this plan supersedes, and the
 * standing ones once an hour; a read costs as much as the bundle is large.
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

/** Stores the bundle unless it is there and lasts. */
async function keepBundle(kept: KeptBundle, { plans, resultDays }: WriteOrder): Promise<boolean> {
  const leastAtMs = kept.nowMs + (resultDays + SPARE_DAYS) * DAY_MS;
  const expiresAtMs = await plans.readBundleExpiry(kept.hash);
  if (expiresAtMs !== null && expiresAtMs >= leastAtMs) return false;
  await plans.writeBundle(kept.hash, kept.bundle, leastAtMs + RENEWAL_DAYS * DAY_MS);
  return true;
}
