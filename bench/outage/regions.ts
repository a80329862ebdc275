import type { RegionStores } from "../../functions/aggregate/services/services.ts";
import type { LoadedChunk } from "../../functions/ports/chunk-store.ts";
import { hash32 } from "../../shared/hash.ts";
import { type Bundle, draftPlan, type Fleet, type RegionDraft } from "../../shared/plan/plan.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../../shared/result/result.ts";
import { type Interval, LEASE_TERM_MS, slotsOfTerm } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import {
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  type RegionName,
  SECOND_MS,
} from "../../shared/units.ts";

/** A probing region whose probes have run from one instant on, without a gap. */
interface ProbedRegion {
  readonly draft: RegionDraft;
  readonly outage: Interval;
  readonly sinceMs: EpochMs;
  readonly now: () => EpochMs;
  /** Waits as long as the aggregator's core takes for samples. */
  readonly decode: (sampleCount: number) => Promise<void>;
}

/** Probes store what they have every quarter of a minute. */
const FLUSH_MS: DurationMs = 15 * SECOND_MS;
const STORED_AFTER_MS: DurationMs = 6 * SECOND_MS;

const QUIET = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };

/** What the aggregator reads of every region, made when it is asked for. */
export function probedRegions(
  fleet: Fleet,
  tasks: readonly Task[],
  region: Omit<ProbedRegion, "draft">,
): ReadonlyMap<RegionName, RegionStores> {
  const drafts = draftPlan(fleet, tasks, region.sinceMs);
  return new Map(
    drafts.map((draft) => [draft.manifest.region, storesOf({ ...region, draft })] as const),
  );
}

function storesOf(region: ProbedRegion): RegionStores {
  const { manifest, bundles } = region.draft;
  return {
    plans: {
      // The planner renews it each minute.
      readManifest: async () => ({ ...manifest, plannedAtMs: region.now() }),
      readBundle: async (hash) => bundles.get(hash) ?? null,
    },
    leases: { readLease: async (shard) => leaseOf(region, shard) },
    chunks: { readChunks: (shard, termsBegan) => readChunks(region, shard, termsBegan) },
  };
}

/** Every shard was set off at a second of its own, and holds the term that runs now. */
function leaseOf(region: ProbedRegion, shard: number) {
  const { shards, staggerPermille } = region.draft.manifest;
  const bundle = shards[shard]?.bundle;
  if (bundle === undefined) return null;
  const fromMs = anchorOf(region, shard);
  const terms = Math.floor((region.now() - fromMs) / LEASE_TERM_MS) + 1;
  const toMs = fromMs + terms * LEASE_TERM_MS;
  return { claimedToMs: toMs, runs: [{ fromMs, toMs, bundle, staggerPermille }] };
}

function anchorOf({ draft, sinceMs }: ProbedRegion, shard: number): EpochMs {
  return sinceMs + (hash32(`${draft.manifest.region} ${shard}`) % 60) * SECOND_MS;
}

async function readChunks(region: ProbedRegion, shard: number, termsBegan: Interval) {
  const { shards } = region.draft.manifest;
  const hash = shards[shard]?.bundle ?? "";
  const bundle = region.draft.bundles.get(hash) ?? { tasks: [] };
  const anchorMs = anchorOf(region, shard);
  const skipped = Math.max(0, Math.ceil((termsBegan.fromMs - anchorMs) / LEASE_TERM_MS));
  const chunks: LoadedChunk[] = [];
  for (
    let fromMs = anchorMs + skipped * LEASE_TERM_MS;
    fromMs < Math.min(termsBegan.toMs, region.now());
    fromMs += LEASE_TERM_MS
  ) {
    chunks.push(...chunksOf(region, bundle, { shard, hash, fromMs }));
  }
  await region.decode(chunks.reduce((sum, { results }) => sum + results.length, 0));
  return { chunks, damaged: [] };
}

interface Term {
  readonly shard: number;
  readonly hash: string;
  readonly fromMs: EpochMs;
}

/** The chunks of a term that are stored by now. */
function chunksOf(region: ProbedRegion, bundle: Bundle, term: Term): LoadedChunk[] {
  const { staggerPermille } = region.draft.manifest;
  const span = { fromMs: term.fromMs, toMs: term.fromMs + MINUTE_MS };
  const parts: ProbeResult[][] = [[], [], [], []];
  for (const [taskIndex, task] of bundle.tasks.entries()) {
    for (const slotAtMs of slotsOfTerm(task, { staggerPermille }, span)) {
      const part = Math.floor((slotAtMs - term.fromMs) / FLUSH_MS);
      parts[part]?.push(resultOf(taskIndex, slotAtMs, region.outage));
    }
  }
  return parts.flatMap((results, part) => {
    const storedAtMs = term.fromMs + (part + 1) * FLUSH_MS + STORED_AFTER_MS;
    if (results.length === 0 || storedAtMs > region.now()) return [];
    const place = { shard: term.shard, part, bundle: term.hash, termFromMs: term.fromMs };
    return { ...place, notes: QUIET, results, notUnderstoodCount: 0 };
  });
}

function resultOf(taskIndex: number, slotAtMs: EpochMs, outage: Interval): ProbeResult {
  const isDown = slotAtMs >= outage.fromMs && slotAtMs < outage.toMs;
  const connectTimeMs = isDown ? null : 10 + (taskIndex % 40);
  return {
    taskIndex,
    slotAtMs,
    startedAtMs: slotAtMs + 2,
    outcome: isDown ? "refused" : "open",
    expect: "open",
    ...NO_FIGURES,
    ...NO_MARKS,
    connectTimeMs,
    elapsedMs: connectTimeMs,
    address: "192.0.2.1",
    timing: "kernel",
    suspect: false,
  };
}
