import { readUnits, WRITE_UNIT_BYTES } from "../item-size.ts";
import { LEASE_TERM_MS, SPREAD_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, type RegionName, SECOND_MS } from "../units.ts";
import { type DeeperLoad, deeperLoadOf } from "./deeper.ts";

/** The part of a fleet that decides its cost. */
export interface CostFleet {
  readonly home: RegionName;
  readonly regions: readonly {
    readonly name: RegionName;
    readonly shards: number;
    readonly memoryMb: number;
  }[];
  readonly resultDays: number;
  /** Minutes and boards; then minutes are in packed hours. */
  readonly minuteDays: number;
  readonly summaryDays: number;
  readonly dayDays: number;
  readonly logDays: number;
  /** The time server that probes ask; null if they ask none. */
  readonly clockServer: string | null;
  /** The secrets that probes may read. */
  readonly secrets: readonly string[];
  /** It has a public status page; absent if it has none. */
  readonly hasStatusPage?: boolean;
}

/** What one shard of a region does in an average minute. */
export interface ShardLoad {
  readonly region: RegionName;
  readonly memoryMb: number;
  readonly samples: number;
  /** A task under a minute keeps the probe running for the whole minute. */
  readonly hasSubMinute: boolean;
  readonly chunkCount: number;
  readonly chunkBytes: number;
  /** How long the probe runs for plain checks. */
  readonly runSeconds: number;
  readonly deeper: DeeperLoad;
}

/** Measured with distant targets (bench/codec.ts): 7 with the name in the DNS cache, 9 without. */
const SAMPLE_BYTES = 8;

/** From a term's last start to the function's end: a connect, the last flush. */
const PROBE_TAIL_SECONDS = 0.4;

/** A chunk's keys, its other attributes and its header (counted by bench/cost). */
const CHUNK_OVERHEAD_BYTES = 170;

/** The parts of a term between flush marks, on average over where the term begins. */
const FLUSH_STRETCHES: readonly DurationMs[] = [7_500, 15_000, 15_000, 15_000, 7_500];

/** Checks of a minute and more end within seconds: usually one mark is between them. */
const SPREAD_STRETCHES: readonly DurationMs[] = [(SPREAD_MS * 2) / 3, SPREAD_MS / 3];

/** A query of the aggregator includes terms whose slots, or their rechecks, fall into its window. */
export const TERMS_A_QUERY = 3;

/** The load of a shard that has an even share of its region's tasks. */
export function loadOf(region: CostFleet["regions"][number], tasks: readonly Task[]): ShardLoad {
  const samples = sumOf(tasks, ({ scheduleMs }) => MINUTE_MS / scheduleMs) / region.shards;
  const hasSubMinute = tasks.some(({ scheduleMs }) => scheduleMs < LEASE_TERM_MS);
  const runSeconds = runSecondsOf(samples, hasSubMinute);
  const deeper = deeperLoadOf(tasks, region.shards, { memoryMb: region.memoryMb, runSeconds });
  const chunks = chunksOf({ samples, hasSubMinute, deeper });
  return {
    region: region.name,
    memoryMb: region.memoryMb,
    samples,
    hasSubMinute,
    chunkCount: sumOf(chunks, ({ count }) => count),
    chunkBytes: sumOf(chunks, ({ count, bytes }) => count * bytes),
    runSeconds,
    deeper,
  };
}

/** A probe waits for the whole minute, or until the last of some random starts. */
function runSecondsOf(samples: number, hasSubMinute: boolean): number {
  if (hasSubMinute) return LEASE_TERM_MS / SECOND_MS + PROBE_TAIL_SECONDS;
  return (SPREAD_MS / SECOND_MS) * (samples / (samples + 1)) + PROBE_TAIL_SECONDS;
}

interface Chunks {
  /** Chunks a minute: less than 1 if there are few samples. */
  readonly count: number;
  readonly bytes: number;
}

type ChunkLoad = Pick<ShardLoad, "samples" | "hasSubMinute" | "deeper">;

/** The chunks of a term: a flush without complete results writes none. */
function chunksOf({ samples, hasSubMinute, deeper }: ChunkLoad): Chunks[] {
  const sampleBytes = SAMPLE_BYTES + (samples === 0 ? 0 : deeper.bytes / samples);
  const stretches = hasSubMinute ? FLUSH_STRETCHES : SPREAD_STRETCHES;
  const whole = sumOf(stretches, (ms) => ms);
  return stretches.map((ms) => {
    const own = (samples * ms) / whole;
    const count = Math.min(1, own);
    const bytes = count === 0 ? 0 : (own * sampleBytes) / count + CHUNK_OVERHEAD_BYTES;
    return { count, bytes };
  });
}

/** Write units of its chunks. If a chunk takes more than one, rounding up adds half a unit on average. */
export function chunkWrites(load: ShardLoad): number {
  return sumOf(chunksOf(load), ({ count, bytes }) =>
    bytes <= WRITE_UNIT_BYTES ? count : count * (bytes / WRITE_UNIT_BYTES + 0.5),
  );
}

/** Read units of the aggregator's query for its chunks. */
export function chunkReads({ chunkBytes }: ShardLoad): number {
  return readUnits(TERMS_A_QUERY * chunkBytes, "eventual");
}
