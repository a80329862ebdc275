import { createRequire } from "node:module";

/** Which entries a store is asked for, in the order of their keys. */
export interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** A key and its value. Null stands for an entry that was deleted. */
export type Entry = readonly [key: string, value: object | null];

/** A change of one entry. */
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: object }
  | { readonly type: "del"; readonly key: string };

/** Reads entries one after the other; undefined after the last. */
export interface EntryIterator<T = Entry> {
  next(): Promise<T | undefined>;
  close(): Promise<void>;
}

/** A store of LevelDB, or one in memory with the same methods. */
export interface LevelStore {
  open(): Promise<void>;
  close(): Promise<void>;
  clear(): Promise<void>;
  get(key: string): Promise<object | undefined>;
  getSync(key: string): object | undefined;
  batch(writes: readonly Write[]): Promise<void>;
  iterator(range?: Range): EntryIterator;
}

interface StoreClass<Arguments extends unknown[]> {
  new (...args: Arguments): LevelStore;
  readonly prototype: LevelStore;
}

interface LevelModule {
  readonly Level: StoreClass<[path: string, options?: object]>;
}

interface MemoryModule {
  readonly MemoryLevel: StoreClass<[options: object]>;
}

const load = createRequire(import.meta.resolve("dynalite"));

/** The store in memory that dynalite has, from dynalite's own copy of the module. */
export const { MemoryLevel }: MemoryModule = load("memory-level");

/** The LevelDB class that dynalite uses, from dynalite's own copy of the module. */
export const { Level }: LevelModule = load("level");

/**
 * Locks `path` until the returned function is called or the process ends. It is the lock of an empty
 * LevelDB store, so the kernel releases it after a kill. If another process has the lock, it throws
 * an error for which `isLocked` is true.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const store = new Level(path);
  await store.open();
  return () => store.close();
}

/** Whether an error or one of its causes says that another process has the lock. */
export function isLocked(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "LEVEL_LOCKED") || isLocked(error.cause);
}

/** Reads a store that may fail: the entries end where it does. */
export function tolerantIterator(store: LevelStore, range: Range): EntryIterator {
  let entries: EntryIterator | null = null;
  return {
    next: async () => {
      try {
        entries ??= store.iterator(range);
        return await entries.next();
      } catch {
        return undefined;
      }
    },
    close: async () => {
      await entries?.close();
    },
  };
}

/** The entries that an iterator still has; it is closed at their end. */
export async function* entriesOf(iterator: EntryIterator): AsyncGenerator<Entry> {
  try {
    for (;;) {
      const entry = await iterator.next();
      if (entry === undefined) return;
      yield entry;
    }
  } finally {
    await iterator.close();
  }
}
