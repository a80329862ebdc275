import type { CapacityMode, SummaryClass, WatchMode } from "../contract.ts";
import { readUnits, WRITE_UNIT_BYTES } from "../item-size.ts";
import { spansOf } from "../plan/plan.ts";
import { LEASE_TERM_MS, SPREAD_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, type RegionName, SECOND_MS } from "../units.ts";
import { type BurstLoad, burstLoadOf } from "./bursts.ts";
import { type DeeperLoad, deeperLoadOf } from "./deeper.ts";

/** The part of a fleet that decides its cost. */
export interface CostFleet {
  readonly home: RegionName;
  readonly regions: readonly {
    readonly name: RegionName;
    readonly shards: number;
    readonly memoryMb: number;
    /** It has a queue that brings its probes the next burst. */
    readonly bursts?: true;
    /** As on one machine, where waiting costs nothing: its checks are spread as far as possible. */
    readonly alwaysOn?: true;
    /** An agent probes there: no function, no schedule, no metric, no alarm; the memory is 0. */
    readonly agent?: true;
  }[];
  readonly resultDays: number;
  /** Minutes and boards; then minutes are in packed hours. */
  readonly minuteDays: number;
  readonly summaryDays: number;
  readonly dayDays: number;
  /** The table class of the summaries; `"auto"`: what costs less. */
  readonly summaryClass: SummaryClass | "auto";
  /** How tables with a steady load are billed; `"auto"`, or nothing: what costs clearly less. */
  readonly capacityMode?: CapacityMode | "auto";
  readonly logDays: number;
  readonly watch: WatchMode;
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
  /** How many of them look their name up: the first of each invocation, which keeps the answer. */
  readonly lookUps: number;
  /** A task under a minute keeps the probe running for the whole minute. */
  readonly hasSubMinute: boolean;
  readonly chunkCount: number;
  readonly chunkBytes: number;
  /** Over how much time its tasks of a minute and more are spread. */
  readonly spreadMs: DurationMs;
  /** How long the probe runs for plain checks. */
  readonly runSeconds: number;
  /** Null if it does not hand over between its bursts. */
  readonly bursts: BurstLoad | null;
  readonly deeper: DeeperLoad;
}

/**
 * Measured with addresses that have nothing in common, 3.5 bytes less where they are of a few networks
 * (bench/codec.ts): what a look-up took is beside the rest.
 */
const SAMPLE_BYTES = { plain: 7.1, lookUp: 1.9 } as const;

/** From a term's last start to the function's end: a connect, the last flush. */
const PROBE_TAIL_SECONDS = 0.4;

/** A chunk's keys, its other attributes and its header (counted by bench/cost), and 17 for its timetable. */
const CHUNK_OVERHEAD_BYTES = 187;

/** The parts of a term between flush marks, on average over where the term begins. */
const FLUSH_STRETCHES: readonly Stretch[] = [7_500, 15_000, 15_000, 15_000, 7_500].map((ms) => ({
  share: ms / MINUTE_MS,
  chance: 1,
}));

/** From one flush mark to the next. */
const FLUSH_EVERY_MS: DurationMs = 15 * SECOND_MS;

/** A query of the aggregator includes terms whose slots, or their rechecks, fall into its window. */
export const TERMS_A_QUERY = 3;

/** The load of a shard that has an even share of its region's tasks. */
export function loadOf(region: CostFleet["regions"][number], tasks: readonly Task[]): ShardLoad {
  const samples = sumOf(tasks, ({ scheduleMs }) => MINUTE_MS / scheduleMs) / region.shards;
  const hasSubMinute = tasks.some(({ scheduleMs }) => scheduleMs < LEASE_TERM_MS);
  const { memoryMb } = region;
  const own = tasks.filter((_, i) => i % region.shards === 0);
  const spreads = { ownMs: spreadOf(region, own), plainMs: spreadOf(region, own.map(asPlain)) };
  const bursts = burstLoadOf({ region, tasks: own });
  const runSeconds = bursts?.runSeconds ?? runSecondsOf(samples, hasSubMinute, spreads.plainMs);
  const deeper = deeperLoadOf(tasks, region.shards, { memoryMb, runSeconds, spreads });
  const spreadMs = spreads.ownMs;
  const lookUps = bursts === null ? lookUpsOf(tasks) / region.shards : samples;
  const chunks = chunksOf({ samples, lookUps, hasSubMinute, spreadMs, deeper, bursts });
  return {
    region: region.name,
    memoryMb,
    samples,
    lookUps,
    hasSubMinute,
    chunkCount: sumOf(chunks, ({ count }) => count),
    chunkBytes: sumOf(chunks, ({ count, bytes }) => count * bytes),
    spreadMs,
    runSeconds,
    bursts,
    deeper,
  };
}

/** In an invocation a name is looked up once, if its answer lives as long as a term. */
function lookUpsOf(tasks: readonly Task[]): number {
  return sumOf(tasks, ({ scheduleMs }) => Math.min(1, LEASE_TERM_MS / scheduleMs));
}

function spreadOf(region: CostFleet["regions"][number], tasks: readonly Task[]): DurationMs {
  return spansOf({ region, tasks }).spreadMs ?? SPREAD_MS;
}

function asPlain({ tls, ...task }: Task): Task {
  return task;
}

/** A probe waits for the whole minute, or until the last of some random starts. */
function runSecondsOf(samples: number, hasSubMinute: boolean, spreadMs: DurationMs): number {
  if (hasSubMinute) return LEASE_TERM_MS / SECOND_MS + PROBE_TAIL_SECONDS;
  return (spreadMs / SECOND_MS) * (samples / (samples + 1)) + PROBE_TAIL_SECONDS;
}

interface Chunks {
  /** Chunks a minute: less than 1 if there are few samples. */
  readonly count: number;
  readonly bytes: number;
}

type ChunkLoad = Pick<
  ShardLoad,
  "samples" | "lookUps" | "hasSubMinute" | "spreadMs" | "deeper" | "bursts"
>;

/** A part of a term's results that one flush stores, and how often it comes. */
interface Stretch {
  readonly share: number;
  readonly chance: number;
}

/** Checks of a minute and more end within seconds: a mark may be between them. */
function spreadStretches(spreadMs: DurationMs): Stretch[] {
  const chance = spreadMs / FLUSH_EVERY_MS;
  const half = { share: 1 / 2, chance };
  return [half, half, { share: 1, chance: 1 - chance }];
}

/** A burst's results are stored when it is handed over; a mark may be between them. */
function burstStretches({ messageCount, runSeconds }: BurstLoad): Stretch[] {
  const share = 1 / messageCount;
  const chance = Math.min(1, (runSeconds * SECOND_MS * share) / FLUSH_EVERY_MS);
  const half = { share: share / 2, chance: chance * messageCount };
  return [half, half, { share, chance: (1 - chance) * messageCount }];
}

/** The chunks of a term: a flush without complete results writes none. */
function chunksOf(load: ChunkLoad): Chunks[] {
  const { samples, lookUps, hasSubMinute, spreadMs, deeper, bursts } = load;
  const more = lookUps * SAMPLE_BYTES.lookUp + deeper.bytes;
  const sampleBytes = SAMPLE_BYTES.plain + (samples === 0 ? 0 : more / samples);
  const waiting = hasSubMinute ? FLUSH_STRETCHES : spreadStretches(spreadMs);
  const stretches = bursts === null ? waiting : burstStretches(bursts);
  return stretches.map(({ share, chance }) => {
    const own = samples * share;
    const count = Math.min(1, own);
    const bytes = count === 0 ? 0 : (own * sampleBytes) / count + CHUNK_OVERHEAD_BYTES;
    return { count: count * chance, bytes };
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
