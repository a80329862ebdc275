import { TTL_ATTRIBUTE } from "../../shared/contract.ts";
import {
  type Entry,
  type EntryIterator,
  MemoryLevel,
  type Range,
  type Write,
} from "./level-store.ts";

/** What the memory holds at most, as JSON, unless tasks and states alone are more. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Entries of a store that its disk does not hold at the moment, in memory. If there are too many, the
 * oldest of those that expire are dropped: they are history.
 */
export class UnkeptEntries {
  readonly #mostBytes: number;
  readonly #store = new MemoryLevel({ valueEncoding: "json" });
  /** Bytes of each entry, by key. */
  readonly #sizes = new Map<string, number>();
  /** The keys of the entries that expire, the oldest first. */
  readonly #expiring = new Set<string>();
  #bytes = 0;
  #droppedCount = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** How many bytes the disk needs for the entries, nearly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many entries were dropped since the last `clear`. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  /** Null if the entry was deleted, undefined if nothing is known of it here. */
  get(key: string): object | null | undefined {
    return unwrap(this.#store.getSync(key));
  }

  /** Takes writes over earlier ones. The memory has them when this returns. */
  write(writes: readonly Write[]): void {
    for (const write of writes) this.#put(write.key, write.type === "put" ? write.value : null);
    for (const key of this.#expiring) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#drop(key);
    }
  }

  /** Takes an entry of the disk, unless there is a newer one here. */
  rescue([key, value]: Entry): void {
    if (this.get(key) === undefined) this.#put(key, value);
  }

  /** The entries as they are now; later writes do not change what it reads. */
  iterator(range: Range = {}): EntryIterator {
    const entries = this.#store.iterator(range);
    return {
      next: async () => {
        const entry = await entries.next();
        return entry === undefined ? undefined : [entry[0], unwrap(entry[1] ?? undefined) ?? null];
      },
      close: () => entries.close(),
    };
  }

  async clear(): Promise<void> {
    this.#sizes.clear();
    this.#expiring.clear();
    this.#bytes = 0;
    this.#droppedCount = 0;
    await this.#store.clear();
  }

  #put(key: string, value: object | null): void {
    this.#forgetSize(key);
    // An open store in memory has the entry before its promise is returned.
    void this.#store.batch([{ type: "put", key, value: value ?? DELETED }]);
    const bytes = key.length + JSON.stringify(value).length;
    this.#sizes.set(key, bytes);
    this.#bytes += bytes;
    if (value !== null && expires(value)) this.#expiring.add(key);
  }

  #drop(key: string): void {
    this.#forgetSize(key);
    this.#droppedCount += 1;
    void this.#store.batch([{ type: "del", key }]);
  }

  #forgetSize(key: string): void {
    this.#bytes -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
    this.#expiring.delete(key);
  }
}

/** Marks a deleted entry; LevelDB takes no null, and dynalite stores no array. */
const DELETED: readonly never[] = [];

function unwrap(stored: object | undefined): object | null | undefined {
  return Array.isArray(stored) ? null : stored;
}

/** Whether a stored item is history, which is deleted some day in any case. */
function expires(item: object): boolean {
  return TTL_ATTRIBUTE in item;
}
