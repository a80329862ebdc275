import type { Notice } from "../../shared/input/input.ts";
import { overloadedHosts } from "../../shared/rate/rate.ts";
import type { Task } from "../../shared/task/task.ts";

/**
 * A notice for each host of which the tasks ask for more than their rate limit allows, even if one region
 * alone checks them. How many regions do, and the fleet's own limit, only the plan knows.
 */
export function rateNotices(tasks: readonly Task[], file: string | null): Notice[] {
  const planned = tasks.filter(({ enabled }) => enabled);
  return overloadedHosts([planned]).map(({ hostname, taskCount, limit }) => {
    const { bucketSize, refillRate } = limit;
    const text = `host ${hostname}: its ${taskCount} tasks ask for more than their rate limit allows (bucket_size ${bucketSize}, refill_rate ${refillRate}) in each region: some checks will be rate_limited`;
    return { file, task: null, text };
  });
}
