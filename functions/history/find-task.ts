import { type Bundle, BundleError } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { DamagedChunk } from "../ports/chunk-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";

/** A task as one bundle has it. */
export interface TaskPlace {
  readonly taskIndex: number;
  readonly task: Task;
}

/** Finds one task in a region's bundles, each read once. */
export class TaskPlaces {
  /** Bundles that could not be had: each hides all results that name it. */
  readonly damaged: DamagedChunk[] = [];
  readonly #plans: Pick<PlanStore, "readBundle">;
  readonly #taskName: string;
  readonly #places = new Map<string, TaskPlace | null>();

  constructor(plans: Pick<PlanStore, "readBundle">, taskName: string) {
    this.#plans = plans;
    this.#taskName = taskName;
  }

  /** Null where the bundle does not have the task, or is lost. */
  async find(hash: string): Promise<TaskPlace | null> {
    const known = this.#places.get(hash);
    if (known !== undefined) return known;
    const place = this.#placeIn(await this.#read(hash));
    this.#places.set(hash, place);
    return place;
  }

  async #read(hash: string): Promise<Bundle | null> {
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

  #placeIn(bundle: Bundle | null): TaskPlace | null {
    const tasks = bundle?.tasks ?? [];
    const taskIndex = tasks.findIndex((task) => task.name === this.#taskName);
    const task = tasks[taskIndex];
    return task === undefined ? null : { taskIndex, task };
  }
}
