import { dirname } from "node:path";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { diskReason } from "../disk/disk-report.ts";
import { findRoom } from "./find-room.ts";
import { lockFileOf } from "./folder-lock.ts";
import {
  type Entry,
  type EntryIterator,
  entriesOf,
  Level,
  type LevelStore,
  type Range,
  tolerantIterator,
  type Write,
} from "./level-store.ts";
import { MergedEntries } from "./merged-entries.ts";
import { type Rescue, rescueEntries } from "./rescue-entries.ts";
import { RetryPace } from "./retry-pace.ts";
import { UnkeptEntries } from "./unkept-entries.ts";

/** Who is told of the disk, and asked before a folder is used again. */
export interface DiskListener {
  /** From now on everything is in memory only. */
  readonly onUnkept: (reason: string) => void;
  /** The disk has everything again, but for the entries of history that were dropped. */
  readonly onKept: (droppedCount: number) => void;
  /** Takes the lock of the data again if its folder is another one now; throws if it can't. */
  readonly relock: () => Promise<void>;
}

/** How often `look` is to be called. */
export const LOOK_EVERY_MS: DurationMs = 5 * SECOND_MS;

/** What must be free beside the entries themselves: LevelDB writes its memory of 4 MB when it opens. */
const SPARE_BYTES = 4 * 1024 * 1024;

const BATCH_ENTRIES = 500;

/**
 * The store of dynalite: LevelDB, and the memory while the disk is full, read-only, broken or gone.
 * No write ever fails. When the disk fails, what does not expire is read into the memory at once, so
 * that the fleet needs the disk for nothing but history; when there is room again, in the same folder
 * or in a new one, the disk gets what the memory has.
 */
export class KeptLevel {
  readonly #path: string;
  readonly #unkept: UnkeptEntries;
  readonly #writing = new Set<Promise<void>>();
  readonly #pace = new RetryPace(LOOK_EVERY_MS);
  #disk: LevelStore;
  #lockFile: string | null = null;
  #listener: DiskListener | null = null;
  /** Null while the disk works. */
  #rescue: Rescue | null = null;
  /** Writes wait for it while the disk gets what the memory has. */
  #gate: Promise<void> = Promise.resolve();

  /** dynalite gives the options that LevelDB has here in any case. */
  constructor(path: string, _options: object = {}, unkept = new UnkeptEntries()) {
    this.#path = path;
    this.#unkept = unkept;
    this.#disk = levelIn(path);
  }

  /** Resolves when the store can be used; throws if the disk can't be used now. */
  async start(listener: DiskListener): Promise<void> {
    this.#listener = listener;
    await this.#unkept.open();
    await this.#disk.open();
    this.#lockFile = lockFileOf(this.#path);
  }

  async put(key: string, value: object): Promise<void> {
    await this.#write([{ type: "put", key, value }]);
  }

  async del(key: string): Promise<void> {
    await this.#write([{ type: "del", key }]);
  }

  async batch(writes: readonly Write[]): Promise<void> {
    await this.#write(writes);
  }

  /** Undefined if there is no such entry. */
  async get(key: string): Promise<object | undefined> {
    if (this.#rescue === null) return await this.#disk.get(key);
    await this.#rescue.needed;
    const known = this.#unkept.get(key);
    if (known !== undefined) return known ?? undefined;
    // What the disk does not give is history: the rest was rescued.
    return await this.#disk.get(key).catch(() => undefined);
  }

  /**
   * With `return`, by which dynalite 4.0.0 ends its streams: without it every Query and Scan leaves an
   * iterator open forever, 35 KB each (measured).
   */
  values(range: Range = {}): EntryIterator<object | null> & { return(): Promise<void> } {
    return this.#read(range, ([, value]) => value);
  }

  keys(range: Range = {}): EntryIterator<string> & { return(): Promise<void> } {
    return this.#read(range, ([key]) => key);
  }

  /** Looks after the disk, at an instant of `performance.now()`: is its folder there, can it be used again? */
  async look(nowMs: DurationMs): Promise<void> {
    if (this.#rescue !== null) {
      if (this.#pace.isDue(nowMs)) await this.#tryAgain(nowMs);
      return;
    }
    const reason = this.#lossOfFolder();
    if (reason !== null) this.#fail(reason, nowMs);
  }

  async close(): Promise<void> {
    if (this.#rescue !== null) await this.#tryAgain(performance.now());
    await this.#disk.close();
  }

  async #write(writes: readonly Write[]): Promise<void> {
    await this.#gate;
    if (this.#rescue === null) {
      const writing = this.#disk.batch(writes);
      this.#writing.add(writing);
      await writing.catch((error: unknown) => this.#fail(diskReason(error), performance.now()));
      this.#writing.delete(writing);
    }
    // LevelDB can lose what it acknowledged after a failed write, so that is in the memory too.
    if (this.#rescue !== null) this.#unkept.write(writes);
  }

  #read<T>(range: Range, pick: (entry: Entry) => T) {
    let opened: EntryIterator | null = null;
    const close = async (): Promise<void> => {
      await opened?.close();
    };
    return {
      next: async (): Promise<T | undefined> => {
        opened ??= await this.#iterator(range);
        const entry = await opened.next();
        return entry === undefined ? undefined : pick(entry);
      },
      close,
      return: close,
    };
  }

  async #iterator(range: Range): Promise<EntryIterator> {
    if (this.#rescue === null) return this.#disk.iterator(range);
    await this.#rescue.needed;
    const { limit, ...whole } = range;
    const disk = tolerantIterator(this.#disk, whole);
    return new MergedEntries(this.#unkept.iterator(whole), disk, range);
  }

  #lossOfFolder(): string | null {
    try {
      return lockFileOf(this.#path) === this.#lockFile ? null : "its folder was removed";
    } catch (error) {
      return diskReason(error);
    }
  }

  #fail(reason: string, nowMs: DurationMs): void {
    if (this.#rescue !== null) return;
    this.#pace.begin(nowMs);
    this.#rescue = rescueEntries(this.#disk, this.#unkept);
    this.#listener?.onUnkept(reason);
  }

  /** Opens the disk again and gives it what the memory has. If that fails, the memory goes on. */
  async #tryAgain(nowMs: DurationMs): Promise<void> {
    await this.#rescue?.all;
    const { promise, resolve: openGate } = Promise.withResolvers<void>();
    try {
      await findRoom(dirname(this.#path), this.#unkept.bytes + SPARE_BYTES);
      this.#gate = promise;
      await Promise.allSettled(this.#writing);
      await this.#reopen();
      await this.#keepAll();
      await this.#endRescue(nowMs);
    } catch {
      // The listener knows that nothing is kept, and a later look tries again.
      this.#pace.postpone(nowMs);
    } finally {
      openGate();
    }
  }

  async #endRescue(nowMs: DurationMs): Promise<void> {
    const { droppedCount } = this.#unkept;
    this.#rescue = null;
    this.#pace.end(nowMs);
    await this.#unkept.clear();
    this.#listener?.onKept(droppedCount);
  }

  async #reopen(): Promise<void> {
    await this.#listener?.relock();
    await this.#disk.close();
    this.#disk = levelIn(this.#path);
    await this.#disk.open();
    this.#lockFile = lockFileOf(this.#path);
  }

  async #keepAll(): Promise<void> {
    let writes: Write[] = [];
    for await (const [key, value] of entriesOf(this.#unkept.iterator())) {
      writes.push(value === null ? { type: "del", key } : { type: "put", key, value });
      if (writes.length < BATCH_ENTRIES) continue;
      await this.#disk.batch(writes);
      writes = [];
    }
    await this.#disk.batch(writes);
  }
}

function levelIn(path: string): LevelStore {
  return new Level(path, { valueEncoding: "json" });
}
