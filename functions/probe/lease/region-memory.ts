import {
  advanceHealth,
  type HealthPolicy,
  type HealthSample,
  INITIAL_HEALTH,
  type RegionHealth,
} from "../../../shared/health/health.ts";
import { isAhead } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";

/** A region that was down so long ago may be healthy since: another process has seen more. */
const FRESH_MS: DurationMs = 150 * SECOND_MS;

/** How long the share of failures is remembered. */
const KEEP_MS: DurationMs = HOUR_MS;

/** A task's health before and after a check. */
export interface HealthStep {
  readonly before: RegionHealth;
  readonly after: RegionHealth;
}

/**
 * What a process remembers of the health of tasks in its region, by the same rule as home. It is a
 * guess: a new process takes all tasks for healthy, and another one may have made the last checks.
 * Home decides; a wrong guess costs a few rechecks or a hint.
 */
export class RegionMemory {
  readonly #known = new Map<string, RegionHealth>();

  /** Whether a passed check of the task changes nothing. */
  isQuiet(name: string): boolean {
    const known = this.#known.get(name);
    return known === undefined || isQuiet(known);
  }

  /** Moves a task's health by one check. */
  advance(task: Task, sample: HealthSample, policy: HealthPolicy): HealthStep {
    const { name, scheduleMs } = task;
    const before = recall(this.#known.get(name), sample.atMs, scheduleMs);
    const after = advanceHealth(before, sample, { policy, scheduleMs });
    if (after !== before) this.#known.set(name, after);
    return { before, after };
  }

  /** Forgets what no later check needs. */
  forgetOld(nowMs: EpochMs): void {
    for (const [name, { throughMs }] of this.#known) {
      if (throughMs < nowMs - KEEP_MS || isAhead(throughMs, nowMs)) this.#known.delete(name);
    }
  }
}

function isQuiet({ status, failCount, recent }: RegionHealth): boolean {
  return status === "healthy" && failCount === 0 && recent === "";
}

/** What of a known health counts at an instant. */
function recall(
  known: RegionHealth | undefined,
  atMs: EpochMs,
  scheduleMs: DurationMs,
): RegionHealth {
  if (known === undefined || isAhead(known.throughMs, atMs)) return INITIAL_HEALTH;
  const isFresh = atMs - known.throughMs <= Math.max(FRESH_MS, 2 * scheduleMs);
  return isFresh ? known : { ...INITIAL_HEALTH, share: known.share };
}
