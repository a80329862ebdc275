import { hash32 } from "../../shared/hash.ts";
import { type EpochMs, SECOND_MS } from "../../shared/units.ts";

/** Units a second of a partition and of a table. A write unit takes as much as three read units. */
export interface Limits {
  readonly partitionWrites: number;
  readonly tableWrites: number;
  /** If given, reads have a capacity of their own, as they have in a table that is provisioned. */
  readonly tableReads?: number;
}

/**
 * What AWS documents: 1,000 write or 3,000 read units a second of a partition, and 4,000 or 12,000
 * of a new table that is billed on demand, which makes four partitions.
 */
export const NEW_TABLE: Limits = { partitionWrites: 1_000, tableWrites: 4_000 };

/** A read unit in write units. */
const READ_COST = 1 / 3;

/** Tokens that come back at a rate, one second's worth at most: burst capacity is never promised. */
class Bucket {
  #rate: number;
  #tokens: number;
  #atMs: EpochMs = 0;

  constructor(rate: number) {
    this.#rate = rate;
    this.#tokens = rate;
  }

  raise(times: number): void {
    this.#rate *= times;
  }

  /** As DynamoDB does, lets a request through while any token is left, and goes into debt for it. */
  canTake(nowMs: EpochMs): boolean {
    const gained = ((nowMs - this.#atMs) * this.#rate) / SECOND_MS;
    this.#tokens = Math.min(this.#rate, this.#tokens + gained);
    this.#atMs = nowMs;
    return this.#tokens > 0;
  }

  take(units: number): void {
    this.#tokens -= units;
  }
}

/** The capacity of one table, whose keys are hashed onto its partitions. */
export class TableCapacity {
  readonly #table: Bucket;
  readonly #reads: Bucket | null;
  readonly #partitions: readonly Bucket[];
  readonly #seed: string;
  consumed = 0;
  throttled = 0;

  constructor(seed: string, { partitionWrites, tableWrites, tableReads }: Limits) {
    this.#seed = seed;
    this.#table = new Bucket(tableWrites);
    this.#reads = tableReads === undefined ? null : new Bucket(tableReads);
    const count = Math.max(1, Math.round(tableWrites / partitionWrites));
    this.#partitions = Array.from({ length: count }, () => new Bucket(partitionWrites));
  }

  /** What auto scaling does. */
  raise(times: number): void {
    for (const bucket of [this.#table, ...this.#partitions]) bucket.raise(times);
    this.#reads?.raise(times);
  }

  /** Whether a request on a partition key is let through now; it then takes this many write units. */
  tryTake(key: string, units: number, nowMs: EpochMs): boolean {
    const at = hash32(`${this.#seed} ${key}`) % this.#partitions.length;
    const partition = this.#partitions[at];
    if (partition?.canTake(nowMs) !== true || !this.#table.canTake(nowMs)) {
      this.throttled += 1;
      return false;
    }
    partition.take(units);
    this.#table.take(units);
    this.consumed += units;
    return true;
  }

  /** The same for read units. */
  tryRead(key: string, units: number, nowMs: EpochMs): boolean {
    if (this.#reads === null) return this.tryTake(key, units * READ_COST, nowMs);
    if (!this.#reads.canTake(nowMs)) {
      this.throttled += 1;
      return false;
    }
    this.#reads.take(units);
    return true;
  }
}
