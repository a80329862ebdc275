import type { DamagedLease, LeaseStore } from "../../functions/ports/lease-store.ts";
import { LEASE_TERM_MS, type Lease, returnClaim } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";
import type { AgentFiles } from "./agent-files.ts";
import { type JoinedLease, joinLease, type LocalTerms } from "./join-lease.ts";
import type { Reach } from "./reach.ts";

/** What an agent knows of a shard's lease; it is also on the disk. */
export interface KeptLease {
  readonly lease: Lease;
  /** Whether this agent made the last claim; else another one has the lease. */
  readonly isMine: boolean;
  /** The terms that AWS does not know of; null if it knows them all. */
  readonly local: Omit<LocalTerms, "lease"> | null;
}

/** What a keeper works with. */
export interface KeptLeasesSetup {
  readonly stored: LeaseStore;
  readonly files: AgentFiles;
  readonly reach: Reach;
  readonly now: () => EpochMs;
  /** Is told that AWS knows every term of a shard, but for those that another agent has claimed. */
  readonly settled: (shard: number, lost: JoinedLease["lost"]) => Promise<void>;
}

/**
 * Leases that go on without AWS: terms that can't be claimed there are claimed on the disk, and AWS is
 * told of them when it is back. Who had no lease before gets none without AWS.
 */
export class KeptLeases implements LeaseStore {
  readonly #setup: KeptLeasesSetup;
  readonly #kept = new Map<number, KeptLease>();
  /** By shard, the lease as it was read from AWS, which the next move replaces, and what joining it lost. */
  readonly #read = new Map<
    number,
    { stored: Lease | DamagedLease | null } & Omit<JoinedLease, "lease">
  >();
  readonly #claims = new Map<number, EpochMs>();
  /** Shards whose last claim is of a process that has ended. */
  readonly #before = new Set<number>();

  private constructor(setup: KeptLeasesSetup) {
    this.#setup = setup;
  }

  /** Reads what an earlier process has kept. */
  static async open(setup: KeptLeasesSetup): Promise<KeptLeases> {
    const leases = new KeptLeases(setup);
    for (const name of await setup.files.list()) {
      const [, shard] = /^lease-(\d+)\.json$/.exec(name) ?? [];
      const kept = shard === undefined ? null : keptIn(await setup.files.readJson(name));
      if (kept === null) continue;
      leases.#kept.set(Number(shard), kept);
      leases.#before.add(Number(shard));
    }
    return leases;
  }

  /** Null if nothing is known of the shard. */
  keptOf(shard: number): KeptLease | null {
    return this.#kept.get(shard) ?? null;
  }

  /** Up to when a shard's time is claimed, by whomever; null if that is not known. */
  claimedToMs(shard: number): EpochMs | null {
    return this.#claims.get(shard) ?? null;
  }

  /** Whether AWS does not know yet of a term that was run here. */
  isLocal(shard: number, termFromMs: EpochMs): boolean {
    const local = this.#kept.get(shard)?.local ?? null;
    return local !== null && termFromMs >= local.fromMs;
  }

  async readLease(shard: number): Promise<Lease | DamagedLease | null> {
    const kept = this.keptOf(shard);
    this.#read.delete(shard);
    let stored: Lease | DamagedLease | null;
    try {
      stored = await this.#setup.reach.ask(() => this.#setup.stored.readLease(shard));
    } catch (error) {
      if (!kept?.isMine) throw error;
      return this.#free(shard, kept, kept.lease);
    }
    return this.#join(shard, kept, stored);
  }

  async moveLease(
    shard: number,
    _held: Lease | DamagedLease | null,
    next: Lease,
  ): Promise<"moved" | "lost"> {
    const read = this.#read.get(shard);
    if (read === undefined) return await this.#claimHere(shard, next, null);
    const { reach, stored, settled } = this.#setup;
    try {
      const move = await reach.ask(() => stored.moveLease(shard, read.stored, next));
      if (move === "lost") return move;
    } catch (error) {
      if (!this.keptOf(shard)?.isMine) throw error;
      return await this.#claimHere(shard, next, read.own);
    }
    this.#before.delete(shard);
    await this.#keep(shard, { lease: next, isMine: true, local: null });
    await settled(shard, read.lost);
    return "moved";
  }

  /**
   * Gives back what this agent has claimed from an instant on, because it ends: then another agent need
   * not wait. What AWS is not told now, the next start of this agent knows.
   */
  async giveBack(shard: number, atMs: EpochMs): Promise<void> {
    const lease = await this.readLease(shard);
    const read = this.#read.get(shard);
    if (lease === null || "damage" in lease || read === undefined) return;
    if (!this.keptOf(shard)?.isMine) return;
    const next = returnClaim(lease, atMs);
    const { reach, stored, settled } = this.#setup;
    const move = await reach.ask(() => stored.moveLease(shard, read.stored, next));
    if (move === "lost") return;
    await this.#keep(shard, { lease: next, isMine: true, local: null });
    await settled(shard, read.lost);
  }

  #join(
    shard: number,
    kept: KeptLease | null,
    stored: Lease | DamagedLease | null,
  ): Lease | DamagedLease | null {
    // A lease that can't be read begins anew, and says nothing of what was run here.
    if (stored !== null && "damage" in stored) {
      this.#read.set(shard, { stored, lost: new Set(), own: [] });
      return stored;
    }
    const local = kept?.local ?? null;
    const joined =
      kept === null || local === null
        ? { lease: stored, lost: new Set<EpochMs>(), own: [] }
        : joinLease(stored, { lease: kept.lease, ...local });
    this.#read.set(shard, { stored, lost: joined.lost, own: joined.own });
    if (joined.lease === null) return null;
    if (kept?.isMine && joined.lease.claimedToMs === kept.lease.claimedToMs)
      return this.#free(shard, kept, joined.lease);
    const { lease } = local === null || kept === null ? joined : kept;
    this.#kept.set(shard, { lease: lease ?? joined.lease, isMine: false, local });
    this.#claims.set(shard, joined.lease.claimedToMs);
    return joined.lease;
  }

  /** Without what a process of this agent claimed and can't check any more, because it has ended. */
  #free(shard: number, kept: KeptLease, lease: Lease): Lease {
    const isOver = this.#before.has(shard) && kept.isMine;
    return isOver ? returnClaim(lease, this.#setup.now()) : lease;
  }

  /** `asked` are earlier terms that AWS was asked to add with this one; null if it was not asked. */
  async #claimHere(shard: number, next: Lease, asked: readonly EpochMs[] | null): Promise<"moved"> {
    const before = this.keptOf(shard)?.local ?? null;
    const newest = next.claimedToMs - LEASE_TERM_MS;
    const local = {
      fromMs: before?.fromMs ?? newest,
      doubtful: asked === null ? (before?.doubtful ?? []) : [...asked, newest],
    };
    this.#before.delete(shard);
    await this.#keep(shard, { lease: next, isMine: true, local });
    return "moved";
  }

  /** A disk that fails must not end the checks: then a restart knows less. */
  async #keep(shard: number, kept: KeptLease): Promise<void> {
    this.#kept.set(shard, kept);
    this.#claims.set(shard, kept.lease.claimedToMs);
    await this.#setup.files
      .write(`lease-${shard}.json`, JSON.stringify(kept))
      .catch(() => undefined);
  }
}

/** What a file says, also one that an agent has written before requests could be doubtful; null if it is damaged. */
function keptIn(value: unknown): KeptLease | null {
  const { lease, isMine, local } = Object(value);
  const { claimedToMs, runs } = Object(lease);
  const isLease = Number.isInteger(claimedToMs) && Array.isArray(runs);
  if (!isLease || typeof isMine !== "boolean") return null;
  if (local === null) return { lease, isMine, local };
  const { fromMs, doubtful = [] } = Object(local);
  if (!Number.isInteger(fromMs) || !Array.isArray(doubtful)) return null;
  return { lease, isMine, local: { fromMs, doubtful } };
}
