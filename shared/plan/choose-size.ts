import { SPREAD_MS } from "../slot/slot.ts";
import { SECOND_MS } from "../units.ts";
import { type Demand, timesDemand } from "./demand.ts";
import {
  MEASURED_MB,
  MOST_CONNECTS_PER_SECOND,
  SHARE_OF_PACE,
  startsPerSecondFor,
  WHOLE_CPU_MB,
} from "./pace.ts";

/** How many probes a region has, and the memory of each. */
export interface Size {
  readonly shards: number;
  readonly memoryMb: number;
}

/** The most tasks of a shard for which its probe's memory and bundle were tried (decision 65). */
const SHARD_TASKS = 5_000;

/**
 * The part of the pace that tasks under a minute may ask for. Each has its own instant of a period, so
 * a start waits for four others on average and one in a hundred for twenty. The rest is for second
 * opinions, and because shards are not equal.
 */
const SHARE_OF_STEADY_PACE = 0.9;

/** A shard is told to be overfull beyond what it is made for by this much, so that unequal ones are not. */
const UNEVENNESS = 1.1;

/** The least memory that is chosen: the error of the connect time grows as the share of a CPU gets small. */
const LEAST_MB = 128;

/** Lambda takes any whole number; finer steps would save less than 3 % on average (decision 71). */
const STEP_MB = 8;

/**
 * Memories to choose from. Up to the measured ones the pace grows as the price does; beyond them only a
 * region whose shards are given gets the memory that has a whole CPU.
 */
const MEMORIES_MB = [...stepsBetween(LEAST_MB, MEASURED_MB), MEASURED_MB, WHOLE_CPU_MB];

function stepsBetween(leastMb: number, belowMb: number): number[] {
  const count = Math.ceil((belowMb - leastMb) / STEP_MB);
  return Array.from({ length: count }, (_, i) => leastMb + i * STEP_MB);
}

/** The cheapest size that holds, with what is fixed; of equal ones that with the fewest shards. */
export function chooseSize(demand: Demand, fixed: Partial<Size> = {}): Size {
  const memories = fixed.memoryMb === undefined ? MEMORIES_MB : [fixed.memoryMb];
  const sizes = memories.map((memoryMb) => ({
    shards: fixed.shards ?? leastShards(demand, memoryMb),
    memoryMb,
  }));
  const holding = sizes.filter((size) => holds(demand, size));
  const [cheapest = null] = holding.sort((a, b) => compareSizes(demand, a, b));
  return cheapest ?? { shards: 1, memoryMb: Math.max(...memories), ...fixed };
}

/** Whether a region of this size can check what is asked for, with room for what comes unplanned. */
export function holds(demand: Demand, { shards, memoryMb }: Size): boolean {
  return fillOf(timesDemand(demand, 1 / shards), memoryMb) <= 1;
}

/** Says what a shard has more of than it is made for; null if it has not. */
export function overfullSentence(demand: Demand, memoryMb: number): string | null {
  if (fillOf(demand, memoryMb) <= UNEVENNESS) return null;
  const { taskCount, startsPerSecond } = demand;
  return `${taskCount} tasks with ${Math.ceil(startsPerSecond)} starts a second, made for ${limitsSentence(demand, memoryMb)}; raise expectedTasks, or shards`;
}

/** What a shard of this memory is made for. */
export function limitsSentence(demand: Pick<Demand, "isSteady">, memoryMb: number): string {
  const pace = Math.floor(plannedPace(demand, memoryMb));
  return `${SHARD_TASKS} tasks, ${MOST_CONNECTS_PER_SECOND} connects and ${pace} starts a second`;
}

function leastShards(demand: Demand, memoryMb: number): number {
  return Math.max(1, Math.ceil(fillOf(demand, memoryMb)));
}

/** How many shards' worth it is: the most of what tasks, sockets and CPU say. */
function fillOf(demand: Demand, memoryMb: number): number {
  return Math.max(
    demand.taskCount / SHARD_TASKS,
    demand.connectsPerSecond / MOST_CONNECTS_PER_SECOND,
    demand.startsPerSecond / plannedPace(demand, memoryMb),
  );
}

/** How many starts a second may be planned for a probe of this memory. */
function plannedPace({ isSteady }: Pick<Demand, "isSteady">, memoryMb: number): number {
  return (isSteady ? SHARE_OF_STEADY_PACE : SHARE_OF_PACE) * startsPerSecondFor(memoryMb);
}

function compareSizes(demand: Demand, a: Size, b: Size): number {
  const more = priceOf(demand, a) - priceOf(demand, b);
  // Sums that differ by rounding only are equal.
  if (Math.abs(more) > 1e-6 * priceOf(demand, a)) return more;
  return a.shards - b.shards || a.memoryMb - b.memoryMb;
}

/** What a size is billed for in a minute, in megabytes times seconds; runs take equally long beside it. */
function priceOf(demand: Demand, { shards, memoryMb }: Size): number {
  return shards * memoryMb * runSeconds(timesDemand(demand, 1 / shards), memoryMb);
}

function runSeconds(demand: Demand, memoryMb: number): number {
  if (demand.isSteady) return 60;
  const starts = demand.startsPerSecond * (SPREAD_MS / SECOND_MS);
  return Math.max(1, starts / plannedPace(demand, memoryMb));
}
