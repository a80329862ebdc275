import { figuresOf, type RegionWindow, windowSettings } from "../../shared/summary/summary.ts";
import type { Task } from "../../shared/task/task.ts";
import {
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type RegionName,
  startOfMinute,
} from "../../shared/units.ts";
import { collectTasks, type ShardEvidence, termsBeganFor } from "../aggregate/window/window.ts";
import { BundleCache } from "../bundle-cache.ts";
import type { HistorySources, ResultSource } from "../history/history.ts";
import { listShards } from "../history/history.ts";
import { inParallel } from "../in-parallel.ts";
import type { TaskMinute } from "./replay-task.ts";

/** Which minutes are asked for: those that begin in `[fromMs, untilMs)`. */
export interface MinuteQuery {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Null for every task. */
  readonly taskName: string | null;
  /** Bundles that were read before. */
  readonly bundles?: BundleCache;
}

/** The minutes of a task in one part of the time, in order, and the newest definition of the task. */
interface TaskMinutes {
  readonly task: Task;
  readonly minutes: readonly TaskMinute[];
}

const PARALLEL_REGIONS = 8;

/**
 * Reads stored results hour by hour, as the minutes of each task by its name. Minutes without any
 * result are left out.
 */
export async function* readMinutes(
  sources: Pick<HistorySources, "regions">,
  query: MinuteQuery,
): AsyncGenerator<ReadonlyMap<string, TaskMinutes>> {
  const { bundles = new BundleCache() } = query;
  const firstMs = startOfMinute(query.fromMs);
  for (let fromMs = firstMs; fromMs < query.untilMs; fromMs += HOUR_MS) {
    const part = { fromMs, toMs: Math.min(fromMs + HOUR_MS, query.untilMs) };
    const regions = await inParallel(sources.regions, PARALLEL_REGIONS, async (source) => ({
      region: source.region,
      shards: await readShards(source, bundles, { ...part, taskName: query.taskName }),
    }));
    yield joinMinutes(regions, part);
  }
}

interface Part {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

interface RegionEvidence {
  readonly region: RegionName;
  readonly shards: readonly ShardEvidence[];
}

/** What the shards of a region stored, without their leases: those tell of the last day only. */
async function readShards(
  source: ResultSource,
  bundles: BundleCache,
  { taskName, ...part }: Part & Pick<MinuteQuery, "taskName">,
): Promise<ShardEvidence[]> {
  const shards = await listShards(source, taskName ?? "");
  const evidence: ShardEvidence[] = [];
  for (const shard of shards) {
    const { chunks } = await source.chunks.readChunks(shard, termsBeganFor(part));
    const found = new Map<string, NonNullable<Awaited<ReturnType<BundleCache["read"]>>>>();
    for (const hash of new Set(chunks.map(({ bundle }) => bundle))) {
      const bundle = await bundles.read(hash, source.plans);
      if (bundle !== null) found.set(hash, bundle);
    }
    const isWanted = (hash: string, index: number) =>
      taskName === null || found.get(hash)?.tasks[index]?.name === taskName;
    const own = chunks.map((chunk) => ({
      ...chunk,
      results: chunk.results.filter(({ taskIndex }) => isWanted(chunk.bundle, taskIndex)),
    }));
    evidence.push({ shard, lease: null, planned: null, bundles: found, chunks: own });
  }
  return evidence;
}

function joinMinutes(regions: readonly RegionEvidence[], part: Part): Map<string, TaskMinutes> {
  const joined = new Map<string, { task: Task; minutes: TaskMinute[] }>();
  for (let fromMs = part.fromMs; fromMs < part.toMs; fromMs += MINUTE_MS) {
    for (const [name, { task, regions: own }] of readMinute(regions, fromMs)) {
      const held = joined.get(name) ?? { task, minutes: [] };
      held.task = task;
      held.minutes.push({
        periodStartMs: fromMs,
        periodEndMs: fromMs + MINUTE_MS,
        ...windowSettings(task),
        regions: own,
      });
      joined.set(name, held);
    }
  }
  return joined;
}

function readMinute(regions: readonly RegionEvidence[], fromMs: EpochMs) {
  const window = { fromMs, toMs: fromMs + MINUTE_MS };
  const tasks = new Map<string, { task: Task; regions: Record<RegionName, RegionWindow> }>();
  for (const { region, shards } of regions) {
    for (const [name, { task, checks, rechecks }] of collectTasks(shards, window)) {
      const held = tasks.get(name) ?? { task, regions: {} };
      const figures = figuresOf({ expectedCount: checks.length }, checks);
      held.regions[region] = { covered: true, checks, rechecks, figures };
      tasks.set(name, held);
    }
  }
  return tasks;
}
