import type { ClockReading } from "../../shared/clock/clock.ts";
import type { Manifest } from "../../shared/plan/plan.ts";
import { LEASE_TERM_MS, type Lease } from "../../shared/slot/slot.ts";
import { sumOf } from "../../shared/sum-of.ts";
import type { DurationMs, EpochMs, RegionName } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { LoadedChunk } from "../ports/chunk-store.ts";
import type { DamagedLease } from "../ports/lease-store.ts";
import type { ResultSource } from "./sources.ts";

/** So many terms before the end of a shard's lease have its last chunks; the last term may have none yet. */
const READ_TERMS = 3;

const SHARDS_AT_ONCE = 8;

/** What a region's own tables tell of its probes. */
export interface ProbedRegion {
  readonly region: RegionName;
  readonly taskCount: number;
  readonly plannedAtMs: EpochMs | null;
  /** When the newest check that is stored began; null if none is. */
  readonly lastReportAtMs: EpochMs | null;
  /** By how much the slowest shard's lease is behind; 0 if all have claimed the present. */
  readonly lagMs: DurationMs | null;
  /** How often probes stalled in the last three terms of each shard; null if they stored nothing. */
  readonly stallCount: number | null;
  /** What must be added to its clock, by the newest reading; null if no server is asked or none answers. */
  readonly clockOffsetMs: DurationMs | null;
}

/** Reads what one region's own tables tell: its manifest, and of each shard the lease and the last chunks. */
export async function readRegion(source: ResultSource, nowMs: EpochMs): Promise<ProbedRegion> {
  const manifest = await source.plans.readManifest();
  const planned = manifest?.shards ?? [];
  const busy = planned.flatMap(({ shard, taskCount }) => (taskCount > 0 ? shard : []));
  const shards = await inParallel(busy, SHARDS_AT_ONCE, (shard) => readShard(source, shard));
  const chunks = shards.flatMap((one) => one.chunks);
  return {
    region: source.region,
    taskCount: sumOf(planned, ({ taskCount }) => taskCount),
    plannedAtMs: plannedAt(manifest),
    lastReportAtMs: newestStart(chunks),
    lagMs: lagOf(
      shards.map(({ claimedToMs }) => claimedToMs),
      nowMs,
    ),
    stallCount: chunks.length === 0 ? null : sumOf(chunks, ({ notes }) => notes.stallCount),
    clockOffsetMs: newestReading(chunks)?.figures?.offsetMs ?? null,
  };
}

function plannedAt(manifest: Manifest | null): EpochMs | null {
  return manifest === null ? null : manifest.plannedAtMs;
}

interface ShardReport {
  /** Null if it never claimed time, or if that can't be read. */
  readonly claimedToMs: EpochMs | null;
  readonly chunks: readonly LoadedChunk[];
}

async function readShard({ leases, chunks }: ResultSource, shard: number): Promise<ShardReport> {
  const claimedToMs = claimedTo(await leases.readLease(shard));
  if (claimedToMs === null) return { claimedToMs, chunks: [] };
  const fromMs = claimedToMs - READ_TERMS * LEASE_TERM_MS;
  const read = await chunks.readChunks(shard, { fromMs, toMs: claimedToMs });
  return { claimedToMs, chunks: read.chunks };
}

function claimedTo(lease: Lease | DamagedLease | null): EpochMs | null {
  return lease === null ? null : lease.claimedToMs;
}

function lagOf(claims: readonly (EpochMs | null)[], nowMs: EpochMs): DurationMs | null {
  const known = claims.filter((claimedToMs) => claimedToMs !== null);
  if (known.length === 0 || known.length < claims.length) return null;
  return Math.max(0, nowMs - Math.min(...known));
}

function newestStart(chunks: readonly LoadedChunk[]): EpochMs | null {
  let newestMs: EpochMs | null = null;
  for (const { results } of chunks) {
    for (const { startedAtMs } of results) newestMs = Math.max(newestMs ?? 0, startedAtMs);
  }
  return newestMs;
}

function newestReading(chunks: readonly LoadedChunk[]): ClockReading | null {
  const read = chunks.flatMap(({ termFromMs, part, notes: { clock } }) =>
    clock === undefined ? [] : { termFromMs, part, clock },
  );
  const [newest] = read.sort((a, b) => b.termFromMs - a.termFromMs || b.part - a.part);
  return newest?.clock ?? null;
}
