import { type RawMetricTcp, toRawMetric } from "../../shared/result/result.ts";
import { type Interval, LEASE_TERM_MS } from "../../shared/slot/slot.ts";
import { type EpochMs, HOUR_MS, type RegionName } from "../../shared/units.ts";
import type { ChunkStore, DamagedChunk, LoadedChunk } from "../ports/chunk-store.ts";
import type { LeaseStore } from "../ports/lease-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { TaskPlaces } from "./find-task.ts";
import { listShards } from "./list-shards.ts";

/** A region's tables, and how many shards it has now. */
export interface ResultSource {
  readonly region: RegionName;
  readonly shards: number;
  readonly plans: Pick<PlanStore, "readBundle">;
  readonly leases: Pick<LeaseStore, "readLease">;
  readonly chunks: Pick<ChunkStore, "readChunks">;
}

export interface ResultQuery {
  readonly taskName: string;
  readonly limit: number;
  /** Slots from here, at the earliest since when results are kept. */
  readonly sinceMs: EpochMs;
  /** Slots before this. */
  readonly untilMs: EpochMs;
}

/** A stored item that may hide results, and in which region. */
export interface DamagedResults extends DamagedChunk {
  readonly region: RegionName;
}

/** How many samples of a region a later version wrote that this one knows in part only. */
export interface NotUnderstood {
  readonly region: RegionName;
  /** Of all tasks in the chunks that were read. */
  readonly sampleCount: number;
}

export interface ResultPage {
  /** Newest slot first; of one slot, by region. */
  readonly rows: readonly RawMetricTcp[];
  readonly damaged: readonly DamagedResults[];
  /** An entry for each region that has any. */
  readonly notUnderstood: readonly NotUnderstood[];
}

/** The last results of a task over all regions. What can't be read is reported and hides itself only. */
export async function readResults(
  sources: readonly ResultSource[],
  query: ResultQuery,
): Promise<ResultPage> {
  const regions = await Promise.all(sources.map((source) => readRegion(source, query)));
  return {
    rows: newestRows(
      regions.flatMap((region) => region.rows),
      query.limit,
    ),
    damaged: regions.flatMap((region) => region.damaged),
    notUnderstood: regions.flatMap((region) => region.notUnderstood),
  };
}

async function readRegion(source: ResultSource, query: ResultQuery): Promise<ResultPage> {
  const shards = await listShards(source, query.taskName);
  const found = new RegionResults(source, query);
  for (const span of hoursBackwards(query)) {
    for (const shard of shards) {
      const { chunks, damaged } = await source.chunks.readChunks(shard, span);
      await found.add(chunks, damaged);
      // Older covers, and this hour's of the shards that ran the task before, hold older slots only.
      if (found.countFrom(span.fromMs + LEASE_TERM_MS) >= query.limit) return found.page();
    }
  }
  return found.page();
}

/** The spans of covers, by the hour partition, that hold the query's slots: the newest first. */
function* hoursBackwards({ sinceMs, untilMs }: ResultQuery): Generator<Interval> {
  // A slot lies less than a cover after its cover's start.
  const firstMs = Math.max(0, sinceMs - LEASE_TERM_MS + 1);
  let toMs = untilMs;
  while (toMs > firstMs) {
    const lastMs = toMs - 1;
    const fromMs = Math.max(firstMs, lastMs - (lastMs % HOUR_MS));
    yield { fromMs, toMs };
    toMs = fromMs;
  }
}

function newestRows(rows: readonly RawMetricTcp[], limit: number): RawMetricTcp[] {
  return rows.toSorted(byNewestSlot).slice(0, limit);
}

function byNewestSlot(a: RawMetricTcp, b: RawMetricTcp): number {
  if (a.scheduled_at !== b.scheduled_at) return a.scheduled_at < b.scheduled_at ? 1 : -1;
  return a.region < b.region ? -1 : 1;
}

/** What one region had to say so far. */
class RegionResults {
  readonly #source: ResultSource;
  readonly #query: ResultQuery;
  readonly #tasks: TaskPlaces;
  readonly #rows = new Map<EpochMs, RawMetricTcp>();
  readonly #damaged: DamagedResults[] = [];
  #notUnderstoodCount = 0;

  constructor(source: ResultSource, query: ResultQuery) {
    this.#source = source;
    this.#query = query;
    this.#tasks = new TaskPlaces(source.plans, query.taskName);
  }

  async add(chunks: readonly LoadedChunk[], damaged: readonly DamagedChunk[]): Promise<void> {
    const { region } = this.#source;
    for (const item of damaged) this.#damaged.push({ ...item, region });
    for (const chunk of chunks) await this.#addChunk(chunk);
  }

  /** Rows of slots from `fromMs` on. */
  countFrom(fromMs: EpochMs): number {
    return [...this.#rows.keys()].filter((slotAtMs) => slotAtMs >= fromMs).length;
  }

  page(): ResultPage {
    const { region } = this.#source;
    const damaged = this.#tasks.damaged.map((item) => ({ ...item, region }));
    const sampleCount = this.#notUnderstoodCount;
    return {
      rows: [...this.#rows.values()],
      damaged: [...this.#damaged, ...damaged],
      notUnderstood: sampleCount === 0 ? [] : [{ region, sampleCount }],
    };
  }

  async #addChunk(chunk: LoadedChunk): Promise<void> {
    const place = await this.#tasks.find(chunk.bundle);
    if (place === null) return;
    this.#notUnderstoodCount += chunk.notUnderstoodCount;
    for (const result of chunk.results) {
      if (result.taskIndex !== place.taskIndex || !this.#wants(result.slotAtMs)) continue;
      this.#rows.set(result.slotAtMs, toRawMetric(this.#source.region, place.task, result));
    }
  }

  /** The first to bring a slot wins, as with the summaries. */
  #wants(slotAtMs: EpochMs): boolean {
    const { sinceMs, untilMs } = this.#query;
    return slotAtMs >= sinceMs && slotAtMs < untilMs && !this.#rows.has(slotAtMs);
  }
}
