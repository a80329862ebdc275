import type { Bundle } from "../shared/plan/plan.ts";
import type { PlanStore } from "./ports/plan-store.ts";

/** Enough for a fleet's bundles and those that they replaced. */
const KEPT_BUNDLES = 256;

/**
 * Keeps bundles by content hash, over the runs of a warm process. The tasks of a hash never change
 * and are the same in every region, so one copy serves all regions.
 */
export class BundleCache {
  readonly #bundles = new Map<string, Promise<Bundle | null>>();

  /** Null if the region has no such bundle; throws if it could not be read. */
  async read(hash: string, plans: Pick<PlanStore, "readBundle">): Promise<Bundle | null> {
    // If another region did not have the bundle, this region is asked.
    const held = await this.#bundles.get(hash)?.catch(() => null);
    if (held) return held;
    const asked = plans.readBundle(hash);
    this.#bundles.set(hash, asked);
    this.#dropOldest();
    return asked;
  }

  #dropOldest(): void {
    for (const hash of this.#bundles.keys()) {
      if (this.#bundles.size <= KEPT_BUNDLES) return;
      this.#bundles.delete(hash);
    }
  }
}
