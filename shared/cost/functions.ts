import { SPREAD_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { SECOND_MS } from "../units.ts";
import type { ShardLoad } from "./load.ts";
import { MINUTES_PER_MONTH, type Quantity } from "./prices.ts";
import type { Usage } from "./usage.ts";

const MB_PER_GB = 1_024;

/** The memory of the home region's functions; a region sets that of its probe. */
export const HOME_MEMORY_MB = { plan: 512, aggregate: 1_769 } as const;

/** From a term's last start to the function's end: a connect, the last flush. */
const PROBE_TAIL_SECONDS = 0.4;

/** Calls to every region, then 30 ms of a whole CPU for 1,000 tasks (bench/aggregate) on a third of one. */
const PLAN_SECONDS = { base: 0.5, perTask: 0.0001 } as const;

/** Calls to every region, then what bench/aggregate measures on one CPU, with as much for the network. */
export const AGGREGATE_SECONDS = { base: 0.5, perSample: 1 / 75_000 } as const;

/** The lines for the functions, what invokes them, and their heartbeats. */
export function functionLines(tasks: readonly Task[], usage: Usage): Quantity[] {
  return [...lambdaLines(tasks, usage), ...eventLines(usage)];
}

function lambdaLines(tasks: readonly Task[], { shards, checks }: Usage): Quantity[] {
  const probes = sumOf(shards, (shard) => (probeSeconds(shard) * shard.memoryMb) / MB_PER_GB);
  const planSeconds = PLAN_SECONDS.base + tasks.length * PLAN_SECONDS.perTask;
  const aggregateSeconds = AGGREGATE_SECONDS.base + checks * AGGREGATE_SECONDS.perSample;
  const home =
    (planSeconds * HOME_MEMORY_MB.plan + aggregateSeconds * HOME_MEMORY_MB.aggregate) / MB_PER_GB;
  const service = "Lambda";
  return [
    { service, what: "probe", price: "lambdaCompute", quantity: probes * MINUTES_PER_MONTH },
    {
      service,
      what: "plan and aggregate",
      price: "lambdaCompute",
      quantity: home * MINUTES_PER_MONTH,
    },
    { service, what: "requests", price: "lambdaRequests", quantity: invocations(shards.length) },
  ];
}

/** A probe waits for the whole minute, or until the last of some random starts. */
function probeSeconds({
  samples,
  hasSubMinute,
}: Pick<ShardLoad, "samples" | "hasSubMinute">): number {
  if (hasSubMinute) return 60 + PROBE_TAIL_SECONDS;
  return (SPREAD_MS / SECOND_MS) * (samples / (samples + 1)) + PROBE_TAIL_SECONDS;
}

/** One a minute for each shard, and for the plan and the aggregate function. */
export function invocations(shardCount: number): number {
  return (shardCount + 2) * MINUTES_PER_MONTH;
}

function eventLines({ shards }: Usage): Quantity[] {
  return [
    {
      service: "EventBridge Scheduler",
      what: "one a minute for each function and shard",
      price: "scheduler",
      quantity: invocations(shards.length),
    },
    {
      service: "EventBridge",
      what: "heartbeats; alerts come on top",
      price: "events",
      quantity: MINUTES_PER_MONTH,
    },
  ];
}
