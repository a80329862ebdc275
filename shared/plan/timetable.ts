import { leastSpreadMs } from "../rate/rate.ts";
import { LEASE_TERM_MS, SPREAD_MS, type Timetable } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import type { RateLimit, Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../units.ts";
import { LEAST_GAP_MS } from "./bursts.ts";
import type { FleetRegion } from "./fleet.ts";
import { SHARE_OF_PACE, startsPerSecondFor, TLS_STARTS, UNTOLD_MEMORY_MB } from "./pace.ts";

/** A term that is acquired late, or a process that begins, must not meet all tasks at once. */
const LEAST_SPREAD_MS: DurationMs = SECOND_MS;

/** Spreads are a multiple of this, so that some tasks more or less rarely change them. */
const STEP_MS: DurationMs = SECOND_MS / 10;

/** What decides when a shard's checks are. */
export interface ShardTasks {
  readonly region: Pick<FleetRegion, "alwaysOn" | "agent" | "bursts" | "memoryMb">;
  readonly tasks: readonly Pick<Task, "target" | "scheduleMs" | "rateLimit" | "tls" | "hold">[];
  /** Of tasks without a rate limit of their own; absent: the usual one. */
  readonly rateLimit?: RateLimit | undefined;
  /** By host, in how many places it is checked; absent: in this one. */
  readonly places?: ReadonlyMap<string, number>;
}

/**
 * How long the probe needs for a shard's checks: no longer than its pace and the limits of its targets
 * ask for, because it is the waiting that costs. Nothing where it costs nothing.
 */
export function spansOf(shard: ShardTasks): Omit<Timetable, "staggerPermille"> {
  const { region, tasks } = shard;
  if (region.alwaysOn || region.agent) return {};
  const shortestMs = Math.min(...tasks.map(({ scheduleMs }) => scheduleMs));
  const spreadMs = spreadFor(shard);
  const spread = spreadMs < SPREAD_MS ? { spreadMs } : {};
  if (shortestMs >= LEASE_TERM_MS) return spread;
  // A probe that waits all the same, as for connections that it holds, has the whole period for its checks.
  const hasPauses = shortestMs - spreadMs >= LEAST_GAP_MS && tasks.every(({ hold }) => !hold);
  return region.bursts === true && hasPauses ? { ...spread, burstMs: spreadMs } : {};
}

/** So long that the checks that come together in an average minute keep the pace and the limits. */
function spreadFor({ region, tasks, rateLimit, places }: ShardTasks): DurationMs {
  const pace = SHARE_OF_PACE * startsPerSecondFor(region.memoryMb ?? UNTOLD_MEMORY_MB);
  const starts = sumOf(
    tasks,
    ({ tls, scheduleMs }) =>
      (tls === undefined ? 1 : TLS_STARTS) * Math.min(1, MINUTE_MS / scheduleMs),
  );
  const pacedMs = (starts / pace) * SECOND_MS;
  const politeMs = leastSpreadMs(tasks, places, rateLimit);
  return Math.max(LEAST_SPREAD_MS, Math.ceil(Math.max(pacedMs, politeMs) / STEP_MS) * STEP_MS);
}
