import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { MB_PER_GB, MINUTES_PER_MONTH, type Quantity } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** The memory of the home region's functions; a region sets that of its probe. */
export const HOME_MEMORY_MB = { plan: 512, aggregate: 1_769 } as const;

/** Calls to every region, then 30 ms of a whole CPU for 1,000 tasks (bench/aggregate) on a third of one. */
const PLAN_SECONDS = { base: 0.5, perTask: 0.0001 } as const;

/** Calls to every region, then what bench/aggregate measures on one CPU, with as much for the network. */
export const AGGREGATE_SECONDS = { base: 0.5, perSample: 1 / 75_000 } as const;

/**
 * The CPU of an hour that is packed and of its share of a day, measured on three regions at 60 s:
 * 8 ms of an hour, 170 ms of a day.
 */
const PERIOD_SECONDS_PER_TASK_REGION = 0.0001;

/** The lines for the functions, what invokes them, and their heartbeats. */
export function functionLines(tasks: readonly Task[], usage: Usage): Quantity[] {
  return [...lambdaLines(tasks, usage), ...deeperLines(usage), ...eventLines(usage)];
}

function lambdaLines(tasks: readonly Task[], { shards, checks, summaries }: Usage): Quantity[] {
  const probes = sumOf(shards, (shard) => shard.runSeconds * shard.memoryMb) / MB_PER_GB;
  const planSeconds = PLAN_SECONDS.base + tasks.length * PLAN_SECONDS.perTask;
  const aggregateSeconds =
    AGGREGATE_SECONDS.base +
    checks * AGGREGATE_SECONDS.perSample +
    summaries.periods.taskRegions * PERIOD_SECONDS_PER_TASK_REGION;
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
    {
      service,
      what: "requests",
      price: "lambdaRequests",
      quantity: invocations(invokedIn(shards)),
    },
  ];
}

/** How much longer probes run for each thing beyond a handshake; none of it, no line. */
function deeperLines({ shards }: Usage): Quantity[] {
  const waits = [
    ["TLS: starts that weigh more", "pacedSeconds"],
    ["TLS and dialogues: the last answers of a run", "answerSeconds"],
    ["held connections: runs that wait for them", "heldSeconds"],
  ] as const;
  return waits.flatMap(([what, key]) => {
    const seconds = sumOf(shards, ({ deeper, memoryMb }) => deeper[key] * memoryMb) / MB_PER_GB;
    const quantity = seconds * MINUTES_PER_MONTH;
    return quantity === 0 ? [] : [{ service: "Lambda", what, price: "lambdaCompute", quantity }];
  });
}

/** How many shards have a function: an agent's has no memory of Lambda's. */
export function invokedIn(shards: Usage["shards"]): number {
  return shards.filter(({ memoryMb }) => memoryMb > 0).length;
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
      quantity: invocations(invokedIn(shards)),
    },
    {
      service: "EventBridge",
      what: "heartbeats; alerts come on top",
      price: "events",
      quantity: MINUTES_PER_MONTH,
    },
  ];
}
