import { strict as assert } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { chunkKey } from "../../functions/adapters/dynamodb/dynamodb.ts";
import type {
  ChunkStore,
  DamagedChunk,
  LoadedChunk,
  StoredChunk,
} from "../../functions/ports/chunk-store.ts";
import type { DamagedLease, LeaseStore } from "../../functions/ports/lease-store.ts";
import type { PlanStore } from "../../functions/ports/plan-store.ts";
import { decodeChunk, encodeChunk } from "../../shared/chunk/chunk.ts";
import {
  type Bundle,
  bundlesNamed,
  decodeBundle,
  encodeBundle,
  type Manifest,
} from "../../shared/plan/plan.ts";
import {
  type Interval,
  isAhead,
  LEASE_TERM_MS,
  type Lease,
  returnClaim,
} from "../../shared/slot/slot.ts";
import { type EpochMs, SECOND_MS } from "../../shared/units.ts";

// The fakes are stricter than DynamoDB: a call that no correct caller makes is an AssertionError.

/** Plans in memory. */
export class FakePlanStore implements PlanStore {
  readonly #now: () => EpochMs;
  readonly #bundles = new Map<string, { bytes: Uint8Array; expiresAtMs: EpochMs }>();
  #manifest: Manifest | null = null;

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  async readManifest(): Promise<Manifest | null> {
    return structuredClone(this.#manifest);
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    for (const bundle of bundlesNamed(manifest)) {
      assert.ok(this.#live(bundle), `manifest names bundle ${bundle}, which is not stored`);
    }
    const plannedBefore = this.#manifest?.plannedAtMs ?? 0;
    assert.ok(manifest.plannedAtMs >= plannedBefore, "manifest is older than the one stored");
    this.#manifest = structuredClone(manifest);
  }

  async readBundle(hash: string): Promise<Bundle | null> {
    const held = this.#live(hash);
    return held === undefined ? null : decodeBundle(held.bytes, hash);
  }

  async readBundleExpiry(hash: string): Promise<EpochMs | null> {
    return this.#live(hash)?.expiresAtMs ?? null;
  }

  async writeBundle(hash: string, bundle: Bundle, expiresAtMs: EpochMs): Promise<void> {
    const encoded = encodeBundle(bundle);
    assert.equal(encoded.hash, hash, "bundle is written under another's hash");
    assert.ok(expiresAtMs > this.#now(), "bundle is written expired");
    assert.ok(
      expiresAtMs >= (this.#live(hash)?.expiresAtMs ?? 0),
      "bundle would expire sooner than was promised",
    );
    const wholeSecondMs = expiresAtMs - (expiresAtMs % 1_000);
    this.#bundles.set(hash, { bytes: encoded.bytes, expiresAtMs: wholeSecondMs });
  }

  #live(hash: string) {
    const held = this.#bundles.get(hash);
    return held === undefined || held.expiresAtMs <= this.#now() ? undefined : held;
  }
}

/** Leases in memory. */
export class FakeLeaseStore implements LeaseStore {
  readonly #leases = new Map<number, Lease | DamagedLease>();

  /** Makes a stored lease unreadable but for its claim, if that is left. */
  damageLease(shard: number, claimedToMs: EpochMs | null): void {
    assert.ok(this.#leases.has(shard), "no such lease");
    this.#leases.set(shard, { damage: "Stored lease is damaged", claimedToMs, move: "1" });
  }

  async readLease(shard: number): Promise<Lease | DamagedLease | null> {
    return structuredClone(this.#leases.get(shard) ?? null);
  }

  async moveLease(
    shard: number,
    held: Lease | DamagedLease | null,
    next: Lease,
  ): Promise<"moved" | "lost"> {
    const heldToMs = held?.claimedToMs ?? 0;
    const isForward = next.claimedToMs > heldToMs;
    const isTakenBack = isAhead(heldToMs, next.claimedToMs - LEASE_TERM_MS);
    const isLease = held !== null && !("damage" in held);
    const isGivenBack = isLease && isDeepStrictEqual(next, returnClaim(held, next.claimedToMs));
    assert.ok(isForward || isTakenBack || isGivenBack, "lease is moved backwards");
    assert.equal(next.runs.at(-1)?.toMs, next.claimedToMs, "lease claims time beyond its last run");
    const stored = this.#leases.get(shard);
    if (stored?.claimedToMs !== held?.claimedToMs) return "lost";
    assert.deepEqual(held, stored ?? null, "lease is held otherwise than it is stored");
    this.#leases.set(shard, structuredClone(next));
    return "moved";
  }
}

/** The shard's lease, which must be readable. */
export async function readableLease(
  leases: Pick<LeaseStore, "readLease">,
  shard: number,
): Promise<Lease | null> {
  const lease = await leases.readLease(shard);
  if (lease !== null && "damage" in lease) assert.fail(lease.damage);
  return lease;
}

/** Chunks in memory, each kept as the codec's bytes. */
export class FakeChunkStore implements ChunkStore {
  readonly #chunks = new Map<string, { stored: StoredChunk; bytes: Uint8Array }>();
  readonly #now: () => EpochMs;
  readonly #keepMs: number;

  constructor(now: () => EpochMs = () => 0, keepMs = Number.POSITIVE_INFINITY) {
    this.#now = now;
    this.#keepMs = keepMs;
  }

  async putChunk(chunk: StoredChunk): Promise<void> {
    assert.ok(chunk.results.length > 0, "chunk is empty");
    const bytes = encodeChunk(chunk);
    const key = `${chunk.shard} ${chunk.termFromMs} ${chunk.part}`;
    const held = this.#chunks.get(key);
    assert.deepEqual(held?.bytes ?? bytes, bytes, `chunk ${key} would replace another`);
    this.#chunks.set(key, { stored: structuredClone(chunk), bytes });
  }

  /** Replaces a stored chunk by another version's form of it. */
  rewriteChunk(
    { shard, termFromMs, part }: Pick<StoredChunk, "shard" | "termFromMs" | "part">,
    rewrite: (chunk: StoredChunk) => Uint8Array,
  ): void {
    const held = this.#chunks.get(`${shard} ${termFromMs} ${part}`);
    assert.ok(held, "no such chunk");
    held.bytes = rewrite(held.stored);
  }

  /** Makes a stored chunk unreadable. */
  damageChunk(shard: number, termFromMs: EpochMs, part: number): void {
    const held = this.#chunks.get(`${shard} ${termFromMs} ${part}`);
    assert.ok(held, "no such chunk");
    held.bytes = held.bytes.subarray(0, -1);
  }

  async readChunks(shard: number, termsBegan: Interval) {
    const found = [...this.#chunks.values()]
      .filter(({ stored }) => stored.shard === shard)
      .filter(({ stored: { termFromMs } }) => termFromMs + this.#keepMs > this.#now())
      .filter(({ stored: { termFromMs } }) => isWithin(termFromMs, termsBegan))
      .sort((a, b) => a.stored.termFromMs - b.stored.termFromMs || a.stored.part - b.stored.part);
    const chunks: LoadedChunk[] = [];
    const damaged: DamagedChunk[] = [];
    for (const { stored, bytes } of found) {
      try {
        chunks.push({ ...decodeChunk(bytes, stored.plan?.tasks), shard, part: stored.part });
      } catch (error) {
        const beganMs = Math.floor(stored.termFromMs / SECOND_MS) * SECOND_MS;
        damaged.push({ key: keyOf(stored), reason: (error as Error).message, beganMs });
      }
    }
    return { chunks, damaged };
  }
}

function keyOf({ shard, termFromMs, part }: StoredChunk): string {
  const { pk, sk } = chunkKey(shard, termFromMs, String(part));
  return `${pk} ${sk}`;
}

function isWithin(at: EpochMs, span: Interval): boolean {
  return at >= span.fromMs && at < span.toMs;
}
