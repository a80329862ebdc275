import { readUnits, WRITE_UNIT_BYTES } from "../item-size.ts";
import { LEASE_TERM_MS, SPREAD_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, type RegionName } from "../units.ts";

/** A fleet as far as its cost depends on it. */
export interface CostFleet {
  readonly home: RegionName;
  readonly regions: readonly {
    readonly name: RegionName;
    readonly shards: number;
    readonly memoryMb: number;
  }[];
  readonly resultDays: number;
  readonly summaryDays: number;
  readonly logDays: number;
}

/** What one shard of a region does in an average minute. */
export interface ShardLoad {
  readonly region: RegionName;
  readonly memoryMb: number;
  readonly samples: number;
  /** A task under a minute keeps the probe running for the whole of it. */
  readonly hasSubMinute: boolean;
  readonly chunkCount: number;
  readonly chunkBytes: number;
}

/** Measured on targets some way off (bench/codec.ts): 7 from the DNS cache, 9 just looked up. */
const SAMPLE_BYTES = 8;

/** A chunk's keys, its other attributes and its header (counted by bench/cost). */
const CHUNK_OVERHEAD_BYTES = 170;

/** How much of a cover falls between two flush marks, on an average of where the cover begins. */
const FLUSH_STRETCHES: readonly DurationMs[] = [7_500, 15_000, 15_000, 15_000, 7_500];

/** Checks of a minute and more are over within seconds: mostly with a mark among them. */
const SPREAD_STRETCHES: readonly DurationMs[] = [(SPREAD_MS * 2) / 3, SPREAD_MS / 3];

/** An aggregator's query reaches back to covers that began up to a minute before its window. */
export const TERMS_A_QUERY = 2;

/** Of the tasks that run in a region, a shard has its even share. */
export function loadOf(region: CostFleet["regions"][number], tasks: readonly Task[]): ShardLoad {
  const samples = sumOf(tasks, ({ scheduleMs }) => MINUTE_MS / scheduleMs) / region.shards;
  const hasSubMinute = tasks.some(({ scheduleMs }) => scheduleMs < LEASE_TERM_MS);
  const chunks = chunksOf(samples, hasSubMinute);
  return {
    region: region.name,
    memoryMb: region.memoryMb,
    samples,
    hasSubMinute,
    chunkCount: sumOf(chunks, ({ count }) => count),
    chunkBytes: sumOf(chunks, ({ count, bytes }) => count * bytes),
  };
}

interface Chunks {
  /** How often a minute; with few samples not in each. */
  readonly count: number;
  readonly bytes: number;
}

/** The chunks of a cover: a flush with nothing complete writes none. */
function chunksOf(samples: number, hasSubMinute: boolean): Chunks[] {
  const stretches = hasSubMinute ? FLUSH_STRETCHES : SPREAD_STRETCHES;
  const whole = sumOf(stretches, (ms) => ms);
  return stretches.map((ms) => {
    const own = (samples * ms) / whole;
    const count = Math.min(1, own);
    const bytes = count === 0 ? 0 : (own * SAMPLE_BYTES) / count + CHUNK_OVERHEAD_BYTES;
    return { count, bytes };
  });
}

/** Write units of its chunks. Of more than one, half a unit is lost to rounding up on an average. */
export function chunkWrites({ samples, hasSubMinute }: ShardLoad): number {
  return sumOf(chunksOf(samples, hasSubMinute), ({ count, bytes }) =>
    bytes <= WRITE_UNIT_BYTES ? count : count * (bytes / WRITE_UNIT_BYTES + 0.5),
  );
}

/** Read units of the aggregator's query for them. */
export function chunkReads({ chunkBytes }: ShardLoad): number {
  return readUnits(TERMS_A_QUERY * chunkBytes, "eventual");
}
