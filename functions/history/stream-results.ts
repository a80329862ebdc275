import { type ProbeResult, type RawMetricTcp, toRawMetric } from "../../shared/result/result.ts";
import { type Interval, LATEST_RECHECK_MS, LEASE_TERM_MS } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import {
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type RegionName,
} from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { LoadedChunk } from "../ports/chunk-store.ts";
import { BundledTasks } from "./bundled-tasks.ts";
import { everyShard } from "./find-task.ts";
import type { UnreadRegion } from "./read-planned.ts";
import type { DamagedResults, NotUnderstood } from "./read-results.ts";
import type { HistorySources, ResultSource } from "./sources.ts";

/** A term's slots and their rechecks are less than this after its start. */
const LONGEST_TERM_MS: DurationMs = LEASE_TERM_MS + LATEST_RECHECK_MS;

const REGIONS_AT_ONCE = 8;

/** A step that gives fewer rows is followed by a longer one, and one that gives more by a shorter one. */
const STEP_ROWS = { few: 10_000, many: 40_000 } as const;
const FIRST_STEP_MS: DurationMs = 2 * MINUTE_MS;

/** Results of slots in `[fromMs, toMs)`, of these tasks or of all. */
export interface StreamQuery extends Interval {
  readonly taskNames: ReadonlySet<string> | null;
}

/** The results of some minutes, and what of them could not be read, each told once. */
export interface ResultStep extends Interval {
  /** By slot, then region, then task. */
  readonly rows: readonly RawMetricTcp[];
  readonly damaged: readonly DamagedResults[];
  readonly notUnderstood: readonly NotUnderstood[];
  /** Their results are missing from this step on. */
  readonly unread: readonly UnreadRegion[];
}

/**
 * Reads the results of all tasks from the oldest to the newest: each region's chunks once, some minutes
 * at a time, so that memory does not grow with the time that is asked for.
 */
export async function* streamResults(
  { regions }: Pick<HistorySources, "regions">,
  query: StreamQuery,
): AsyncGenerator<ResultStep> {
  const walks = regions.map((source) => new RegionWalk(source, query));
  let stepMs = FIRST_STEP_MS;
  for (let fromMs = query.fromMs; fromMs < query.toMs; ) {
    const span = { fromMs, toMs: Math.min(query.toMs, fromMs + stepMs) };
    const read = await inParallel(walks, REGIONS_AT_ONCE, (walk) => walk.readUpTo(span.toMs));
    const rows = read.flatMap((one) => one.rows).sort(bySlot);
    yield {
      ...span,
      rows,
      damaged: read.flatMap((one) => one.damaged),
      notUnderstood: read.flatMap((one) => one.notUnderstood),
      unread: read.flatMap((one) => one.unread),
    };
    fromMs = span.toMs;
    stepMs = nextStep(stepMs, rows.length);
  }
}

function nextStep(stepMs: DurationMs, rowCount: number): DurationMs {
  if (rowCount < STEP_ROWS.few) return Math.min(HOUR_MS, 2 * stepMs);
  return rowCount > STEP_ROWS.many ? Math.max(MINUTE_MS, stepMs / 2) : stepMs;
}

function bySlot(a: RawMetricTcp, b: RawMetricTcp): number {
  if (a.scheduled_at !== b.scheduled_at) return a.scheduled_at < b.scheduled_at ? -1 : 1;
  if (a.region !== b.region) return a.region < b.region ? -1 : 1;
  return a.task_name < b.task_name ? -1 : 1;
}

type RegionStep = Pick<ResultStep, "rows" | "damaged" | "notUnderstood" | "unread">;

const NOTHING: RegionStep = { rows: [], damaged: [], notUnderstood: [], unread: [] };

/** A result that is read and not given yet. */
interface HeldRow {
  readonly slotAtMs: EpochMs;
  readonly row: RawMetricTcp;
}

/** One region's terms, each read once, in order. */
class RegionWalk {
  readonly #source: ResultSource;
  readonly #query: StreamQuery;
  readonly #tasks: BundledTasks;
  #held = new Map<string, HeldRow>();
  #shards: readonly number[] | null = null;
  #readToMs: EpochMs;
  #toldCount = 0;
  #isLost = false;

  constructor(source: ResultSource, query: StreamQuery) {
    this.#source = source;
    this.#query = query;
    this.#tasks = new BundledTasks(source.plans);
    this.#readToMs = Math.max(0, query.fromMs - LONGEST_TERM_MS + 1);
  }

  /** The rows of slots before `toMs` that are not given yet. All terms that began before it are read. */
  async readUpTo(toMs: EpochMs): Promise<RegionStep> {
    if (this.#isLost) return NOTHING;
    const { region } = this.#source;
    try {
      const { damaged, sampleCount } = await this.#readTerms({ fromMs: this.#readToMs, toMs });
      this.#readToMs = toMs;
      return {
        rows: this.#takeBefore(toMs),
        damaged: [...damaged, ...this.#newlyDamaged()],
        notUnderstood: sampleCount === 0 ? [] : [{ region, sampleCount }],
        unread: [],
      };
    } catch (cause) {
      this.#isLost = true;
      return { ...NOTHING, unread: [{ region, cause }] };
    }
  }

  async #readTerms(termsBegan: Interval) {
    this.#shards ??= await everyShard(this.#source);
    const damaged: DamagedResults[] = [];
    let sampleCount = 0;
    for (const shard of this.#shards) {
      const read = await this.#source.chunks.readChunks(shard, termsBegan);
      for (const { key, reason } of read.damaged)
        damaged.push({ key, reason, region: this.#source.region });
      for (const chunk of read.chunks) sampleCount += await this.#addChunk(chunk);
    }
    return { damaged, sampleCount };
  }

  /** Returns how many of its samples are not understood. */
  async #addChunk(chunk: LoadedChunk): Promise<number> {
    const tasks = await this.#tasks.read(chunk.bundle);
    if (tasks === null) return 0;
    for (const result of chunk.results) {
      const task = tasks[result.taskIndex];
      if (task !== undefined && this.#wants(task, result)) this.#hold(task, result);
    }
    return chunk.notUnderstoodCount;
  }

  #wants({ name }: Task, { slotAtMs }: ProbeResult): boolean {
    const { fromMs, toMs, taskNames } = this.#query;
    return slotAtMs >= fromMs && slotAtMs < toMs && (taskNames?.has(name) ?? true);
  }

  /** If a slot was checked twice, the first result counts, as in the summaries. */
  #hold(task: Task, result: ProbeResult): void {
    const key = JSON.stringify([task.name, result.slotAtMs, result.recheck]);
    if (this.#held.has(key)) return;
    const row = toRawMetric(this.#source.region, task, result);
    this.#held.set(key, { slotAtMs: result.slotAtMs, row });
  }

  #takeBefore(toMs: EpochMs): RawMetricTcp[] {
    const all = [...this.#held];
    this.#held = new Map(all.filter(([, { slotAtMs }]) => slotAtMs >= toMs));
    return all.flatMap(([, { slotAtMs, row }]) => (slotAtMs < toMs ? row : []));
  }

  #newlyDamaged(): DamagedResults[] {
    const region: RegionName = this.#source.region;
    const fresh = this.#tasks.damaged.slice(this.#toldCount);
    this.#toldCount += fresh.length;
    return fresh.map((item) => ({ ...item, region }));
  }
}
