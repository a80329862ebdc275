import { type Bundle, BundleError } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { DamagedChunk } from "../ports/chunk-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";

/** The tasks of a region's bundles, each bundle read once. */
export class BundledTasks {
  /** Bundles that could not be read: the results that refer to them are missing. */
  readonly damaged: Omit<DamagedChunk, "beganMs">[] = [];
  readonly #plans: Pick<PlanStore, "readBundle">;
  readonly #bundles = new Map<string, readonly Task[] | null>();

  constructor(plans: Pick<PlanStore, "readBundle">) {
    this.#plans = plans;
  }

  /** In the order of their indexes; null if the bundle could not be read. */
  async read(hash: string): Promise<readonly Task[] | null> {
    const known = this.#bundles.get(hash);
    if (known !== undefined) return known;
    const bundle = await this.#readBundle(hash);
    const tasks = bundle?.tasks ?? null;
    this.#bundles.set(hash, tasks);
    return tasks;
  }

  async #readBundle(hash: string): Promise<Bundle | null> {
    const key = `bundle#${hash}`;
    try {
      const bundle = await this.#plans.readBundle(hash);
      if (bundle === null) this.damaged.push({ key, reason: "Bundle is no longer stored" });
      return bundle;
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      this.damaged.push({ key, reason: error.message });
      return null;
    }
  }
}
