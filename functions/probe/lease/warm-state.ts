import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";

/** What a shard runs now: its bundle, and what the manifest says beside it. */
export interface CurrentPlan {
  readonly bundle: string;
  readonly tasks: readonly Task[];
  readonly staggerPermille: number;
  readonly plannedAtMs: EpochMs;
}

/** What a process keeps from one invocation to the next. */
export interface WarmState {
  /** By shard, the last plan that could be read. */
  readonly plans: Map<number, CurrentPlan>;
  /** Chunks that no flush of their own cover could store; the next cover tries again. */
  readonly unstored: StoredChunk[];
  /** No invocation has begun in this process yet. */
  isCold: boolean;
}

export function coldState(): WarmState {
  return { plans: new Map(), unstored: [], isCold: true };
}
