import { type Bundle, BundleError, shardOf } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { DamagedChunk } from "../ports/chunk-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ResultSource } from "./sources.ts";

/** A task in one bundle, and its index there. */
interface TaskPosition {
  readonly taskIndex: number;
  readonly task: Task;
}

/** Finds one task in a region's bundles, each read once. */
export class TaskPositions {
  /** Bundles that could not be read: the results that refer to them are missing. */
  readonly damaged: Omit<DamagedChunk, "beganMs">[] = [];
  readonly #plans: Pick<PlanStore, "readBundle">;
  readonly #taskName: string;
  readonly #positions = new Map<string, TaskPosition | null>();

  constructor(plans: Pick<PlanStore, "readBundle">, taskName: string) {
    this.#plans = plans;
    this.#taskName = taskName;
  }

  /** Null if the bundle does not have the task, or could not be read. */
  async find(hash: string): Promise<TaskPosition | null> {
    const known = this.#positions.get(hash);
    if (known !== undefined) return known;
    const position = this.#positionIn(await this.#read(hash));
    this.#positions.set(hash, position);
    return position;
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

  #positionIn(bundle: Bundle | null): TaskPosition | null {
    const tasks = bundle?.tasks ?? [];
    const taskIndex = tasks.findIndex((task) => task.name === this.#taskName);
    const task = tasks[taskIndex];
    return task === undefined ? null : { taskIndex, task };
  }
}

/**
 * Every shard that ever ran in the region; first the one that runs the task now. The leases of
 * shards that the region no longer has are never deleted.
 */
export async function listShards(
  { shards, leases }: Pick<ResultSource, "shards" | "leases">,
  taskName: string,
): Promise<number[]> {
  const now = shardOf(taskName, shards);
  let count = shards;
  while ((await leases.readLease(count)) !== null) count++;
  const others = Array.from({ length: count }, (_, shard) => shard).filter((s) => s !== now);
  return [now, ...others];
}
