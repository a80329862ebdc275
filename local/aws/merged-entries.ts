import type { Entry, EntryIterator } from "./level-store.ts";

/** In which order, and how many. */
interface Order {
  readonly reverse?: boolean;
  readonly limit?: number;
}

/**
 * Reads two stores as one: of a key that is in both, the entry of `newer` counts, and an entry that
 * was deleted there is left out.
 */
export class MergedEntries implements EntryIterator {
  readonly #newer: Peekable;
  readonly #older: Peekable;
  readonly #sign: 1 | -1;
  #left: number;

  constructor(newer: EntryIterator, older: EntryIterator, { reverse, limit = -1 }: Order) {
    this.#newer = new Peekable(newer);
    this.#older = new Peekable(older);
    this.#sign = reverse === true ? -1 : 1;
    this.#left = limit < 0 ? Number.POSITIVE_INFINITY : limit;
  }

  async next(): Promise<Entry | undefined> {
    while (this.#left > 0) {
      const entry = await this.#take();
      if (entry === undefined) return undefined;
      if (entry[1] === null) continue;
      this.#left -= 1;
      return entry;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all([this.#newer.close(), this.#older.close()]);
  }

  /** The first entry of both; dynalite's keys are ASCII, so their order is that of the bytes. */
  async #take(): Promise<Entry | undefined> {
    const newer = await this.#newer.peek();
    const older = await this.#older.peek();
    if (newer === undefined) return this.#older.take();
    if (older === undefined) return this.#newer.take();
    if (newer[0] === older[0]) this.#older.take();
    else if (newer[0] < older[0] !== this.#sign > 0) return this.#older.take();
    return this.#newer.take();
  }
}

class Peekable {
  readonly #entries: EntryIterator;
  #head: Entry | undefined;
  #ended = false;

  constructor(entries: EntryIterator) {
    this.#entries = entries;
  }

  async peek(): Promise<Entry | undefined> {
    if (this.#head === undefined && !this.#ended) {
      this.#head = await this.#entries.next();
      this.#ended = this.#head === undefined;
    }
    return this.#head;
  }

  take(): Entry | undefined {
    const head = this.#head;
    this.#head = undefined;
    return head;
  }

  close(): Promise<void> {
    return this.#entries.close();
  }
}
