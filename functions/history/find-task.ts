import { shardOf } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { BundledTasks } from "./bundled-tasks.ts";
import type { ResultSource } from "./sources.ts";

/** A task in one bundle, and its index there. */
interface TaskPosition {
  readonly taskIndex: number;
  readonly task: Task;
}

/** Finds one task in a region's bundles, each read once. */
export class TaskPositions {
  readonly #bundles: BundledTasks;
  readonly #taskName: string;
  readonly #positions = new Map<string, TaskPosition | null>();

  constructor(plans: Pick<PlanStore, "readBundle">, taskName: string) {
    this.#bundles = new BundledTasks(plans);
    this.#taskName = taskName;
  }

  /** Bundles that could not be read: the results that refer to them are missing. */
  get damaged(): BundledTasks["damaged"] {
    return this.#bundles.damaged;
  }

  /** Null if the bundle does not have the task, or could not be read. */
  async find(hash: string): Promise<TaskPosition | null> {
    const known = this.#positions.get(hash);
    if (known !== undefined) return known;
    const position = this.#positionIn((await this.#bundles.read(hash)) ?? []);
    this.#positions.set(hash, position);
    return position;
  }

  #positionIn(tasks: readonly Task[]): TaskPosition | null {
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
  source: Pick<ResultSource, "shards" | "leases">,
  taskName: string,
): Promise<number[]> {
  const now = shardOf(taskName, source.shards);
  return [now, ...(await everyShard(source)).filter((shard) => shard !== now)];
}

/** Every shard that ever ran in the region, in order. */
export async function everyShard({
  shards,
  leases,
}: Pick<ResultSource, "shards" | "leases">): Promise<number[]> {
  let count = shards;
  while ((await leases.readLease(count)) !== null) count++;
  return Array.from({ length: count }, (_, shard) => shard);
}
