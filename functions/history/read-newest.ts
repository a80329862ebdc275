import { type ProbeResult, type RawMetricTcp, toRawMetric } from "../../shared/result/result.ts";
import { AHEAD_TOLERANCE_MS, type Interval } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { LoadedChunk } from "../ports/chunk-store.ts";
import { BundledTasks } from "./bundled-tasks.ts";
import type { HistorySources, ResultSource } from "./sources.ts";

const REGIONS_AT_ONCE = 8;

/** What a region reported last. */
export interface NewestChecks {
  readonly region: RegionName;
  /** The newest check by task, rechecks included; of those that were asked for and found. */
  readonly checks: ReadonlyMap<string, RawMetricTcp>;
  /** How often its probes stalled in what was read. */
  readonly stallCount: number;
  /** Why it could not be read; null if it could. */
  readonly unread: { readonly cause: unknown } | null;
}

/** Which tasks are looked for in which region, and how far back. */
export interface NewestQuery {
  readonly nowMs: EpochMs;
  readonly lookBackMs: DurationMs;
  readonly tasksOf: (region: RegionName) => ReadonlySet<string>;
}

/**
 * Reads the newest check of many tasks from each region: minute by minute back, until each task is
 * found or the time is up. No query is of one task.
 */
export async function readNewest(
  { regions }: Pick<HistorySources, "regions">,
  query: NewestQuery,
): Promise<NewestChecks[]> {
  return inParallel(regions, REGIONS_AT_ONCE, async (source) => {
    const { region } = source;
    const found = new NewestOfRegion(source, query.tasksOf(region));
    const unread = await found.lookBack(query).catch((cause: unknown) => ({ cause }));
    return { region, checks: found.records(), stallCount: found.stallCount, unread };
  });
}

/** A clock of a region may be a little ahead. The first look is of the last term and the one before it. */
function* minutesBackwards({ nowMs, lookBackMs }: NewestQuery): Generator<Interval> {
  let toMs = nowMs + AHEAD_TOLERANCE_MS;
  let fromMs = nowMs - 2 * MINUTE_MS;
  while (toMs > nowMs - lookBackMs) {
    yield { fromMs, toMs };
    toMs = fromMs;
    fromMs -= MINUTE_MS;
  }
}

class NewestOfRegion {
  stallCount = 0;
  readonly #newest = new Map<string, { readonly task: Task; readonly result: ProbeResult }>();
  readonly #source: ResultSource;
  readonly #wanted: ReadonlySet<string>;
  readonly #tasks: BundledTasks;

  constructor(source: ResultSource, wanted: ReadonlySet<string>) {
    this.#source = source;
    this.#wanted = wanted;
    this.#tasks = new BundledTasks(source.plans);
  }

  /** Null when all is read. */
  async lookBack(query: NewestQuery): Promise<null> {
    for (const span of minutesBackwards(query)) {
      await this.#look(span);
      if (this.#newest.size >= this.#wanted.size) break;
    }
    return null;
  }

  records(): Map<string, RawMetricTcp> {
    const { region } = this.#source;
    return new Map(
      [...this.#newest].map(([name, { task, result }]) => [
        name,
        toRawMetric(region, task, result),
      ]),
    );
  }

  async #look(termsBegan: Interval): Promise<void> {
    for (let shard = 0; shard < this.#source.shards; shard++) {
      const { chunks } = await this.#source.chunks.readChunks(shard, termsBegan);
      for (const chunk of chunks) await this.#add(chunk);
    }
  }

  async #add({ bundle, results, notes }: LoadedChunk): Promise<void> {
    this.stallCount += notes.stallCount;
    const tasks = (await this.#tasks.read(bundle)) ?? [];
    for (const result of results) {
      const task = tasks[result.taskIndex];
      if (task === undefined || !this.#wanted.has(task.name)) continue;
      const held = this.#newest.get(task.name);
      if (held !== undefined && held.result.slotAtMs >= result.slotAtMs) continue;
      this.#newest.set(task.name, { task, result });
    }
  }
}
