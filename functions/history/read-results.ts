import { type ProbeResult, type RawMetricTcp, toRawMetric } from "../../shared/result/result.ts";
import { type Interval, LATEST_RECHECK_MS, LEASE_TERM_MS } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS, type RegionName } from "../../shared/units.ts";
import type { DamagedChunk, LoadedChunk } from "../ports/chunk-store.ts";
import { listShards, TaskPositions } from "./find-task.ts";
import type { HistorySources, ResultSource, TaskQuery } from "./sources.ts";

/** A term's slots and their rechecks are less than this after its start. */
const LONGEST_TERM_MS: DurationMs = LEASE_TERM_MS + LATEST_RECHECK_MS;

/** A stored item that could not be read, so that results may be missing. */
export interface DamagedResults extends Omit<DamagedChunk, "beganMs"> {
  readonly region: RegionName;
}

/** How many samples of a region were written by a later version and are understood in part only. */
export interface NotUnderstood {
  readonly region: RegionName;
  /** Of all tasks in the chunks that were read. */
  readonly sampleCount: number;
}

/** A region that could not be read: its results are missing. */
interface UnreadRegion {
  readonly region: RegionName;
  readonly cause: unknown;
}

/** The results that a query found. */
export interface ResultPage extends RegionPage {
  readonly unread: readonly UnreadRegion[];
}

interface RegionPage {
  /** Newest slot first; of one slot, by region. */
  readonly rows: readonly RawMetricTcp[];
  readonly damaged: readonly DamagedResults[];
  /** An entry for each region that has any. */
  readonly notUnderstood: readonly NotUnderstood[];
}

/**
 * Reads the last results of a task, and reports the stored items and the regions that could not be
 * read. Throws if none of the regions can be read.
 */
export async function readResults(
  sources: Pick<HistorySources, "regions">,
  query: TaskQuery,
): Promise<ResultPage> {
  const wanted = sources.regions.filter(({ region }) => (query.region ?? region) === region);
  const read = await Promise.allSettled(wanted.map((source) => readRegion(source, query)));
  const regions = read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const unread = read.flatMap((one, i) => {
    const region = wanted[i]?.region ?? "";
    return one.status === "rejected" ? { region, cause: one.reason as unknown } : [];
  });
  const [first] = unread;
  if (first !== undefined && regions.length === 0) throw first.cause;
  return {
    unread,
    rows: newestRows(
      regions.flatMap((region) => region.rows),
      query.limit,
    ),
    damaged: regions.flatMap((region) => region.damaged),
    notUnderstood: regions.flatMap((region) => region.notUnderstood),
  };
}

async function readRegion(source: ResultSource, query: TaskQuery): Promise<RegionPage> {
  const shards = await listShards(source, query.taskName);
  const found = new RegionResults(source, query);
  for (const span of hoursBackwards(query)) {
    for (const shard of shards) {
      const { chunks, damaged } = await source.chunks.readChunks(shard, span);
      await found.add(chunks, damaged);
      // Terms that began earlier, and other shards' terms of this hour, have older checks only.
      if (found.countFrom(span.fromMs + LONGEST_TERM_MS) >= query.limit) return found.page();
    }
  }
  return found.page();
}

/** The intervals of an hour each in which terms with the query's slots began, newest first. */
function* hoursBackwards({ sinceMs, untilMs }: TaskQuery): Generator<Interval> {
  const firstMs = Math.max(0, sinceMs - LONGEST_TERM_MS + 1);
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

/** The results of one region that were found so far. */
class RegionResults {
  readonly #source: ResultSource;
  readonly #query: TaskQuery;
  readonly #tasks: TaskPositions;
  /** By the instant of their check, rechecks apart. */
  readonly #rows = new Map<string, RawMetricTcp>();
  readonly #slots: EpochMs[] = [];
  readonly #damaged: DamagedResults[] = [];
  #notUnderstoodCount = 0;

  constructor(source: ResultSource, query: TaskQuery) {
    this.#source = source;
    this.#query = query;
    this.#tasks = new TaskPositions(source.plans, query.taskName);
  }

  async add(chunks: readonly LoadedChunk[], damaged: readonly DamagedChunk[]): Promise<void> {
    const { region } = this.#source;
    for (const { key, reason } of damaged) this.#damaged.push({ key, reason, region });
    for (const chunk of chunks) await this.#addChunk(chunk);
  }

  /** Rows of slots from `fromMs` on. */
  countFrom(fromMs: EpochMs): number {
    return this.#slots.filter((slotAtMs) => slotAtMs >= fromMs).length;
  }

  page(): RegionPage {
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
    const position = await this.#tasks.find(chunk.bundle);
    if (position === null) return;
    this.#notUnderstoodCount += chunk.notUnderstoodCount;
    for (const result of chunk.results) {
      if (result.taskIndex !== position.taskIndex || !this.#wants(result)) continue;
      this.#rows.set(keyOf(result), toRawMetric(this.#source.region, position.task, result));
      this.#slots.push(result.slotAtMs);
    }
  }

  /** If a slot was checked twice, the first result counts, as in the summaries. */
  #wants(result: ProbeResult): boolean {
    const { sinceMs, untilMs } = this.#query;
    const isWithin = result.slotAtMs >= sinceMs && result.slotAtMs < untilMs;
    return isWithin && !this.#rows.has(keyOf(result));
  }
}

function keyOf({ slotAtMs, recheck }: ProbeResult): string {
  return recheck ? `${slotAtMs} recheck` : String(slotAtMs);
}
