import type { Bundle } from "../shared/plan/plan.ts";
import type { PlanStore } from "./ports/plan-store.ts";

/** A fleet's bundles of today and the ones before; what is beyond is read again. */
const KEPT_BUNDLES = 256;

/**
 * Bundles by content hash. The same tasks have the same hash in any region and never change under
 * it, so that one copy serves them all, over the runs of a warm process too.
 */
export class BundleCache {
  readonly #bundles = new Map<string, Promise<Bundle | null>>();

  /** Null where the region has no such bundle; throws where it could not be read. */
  async read(hash: string, plans: Pick<PlanStore, "readBundle">): Promise<Bundle | null> {
    // What another region could not give, this one is asked for itself.
    const held = await this.#bundles.get(hash)?.catch(() => null);
    if (held) return held;
    const asked = plans.readBundle(hash);
    this.#bundles.set(hash, asked);
    this.#forgetOldest();
    return asked;
  }

  #forgetOldest(): void {
    for (const hash of this.#bundles.keys()) {
      if (this.#bundles.size <= KEPT_BUNDLES) return;
      this.#bundles.delete(hash);
    }
  }
}
