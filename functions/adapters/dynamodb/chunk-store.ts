import { ChunkError, decodeChunk, needsBundle } from "../../../shared/chunk/chunk.ts";
import { type Bundle, BundleError } from "../../../shared/plan/plan.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import type {
  ChunkStore,
  DamagedChunk,
  LoadedChunk,
  StoredChunk,
} from "../../ports/chunk-store.ts";
import { chunkKey, hoursOf, parseSortKey, partitionOf, secondOf } from "./chunk-key.ts";
import { type ChunkPiece, cutChunk } from "./cut-chunk.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Item, putIf, putItem, queryItems, type TableSetup } from "./table.ts";

/** One item of a chunk as it is put, and where it belongs. */
export interface ChunkItem {
  readonly shard: number;
  readonly termFromMs: EpochMs;
  /** The part, with the number of the piece if it is not the first. */
  readonly name: string;
  readonly item: Item;
}

/** Puts one item of a chunk; rejects if it is neither stored nor kept. */
export type PutChunkItem = (item: ChunkItem) => Promise<void>;

/** The chunk store's table, its clock, and how long it keeps a chunk after its term began. */
interface ChunkStoreSetup extends TableSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
  /** The bundle of a hash, kept for the next chunk; null if it is no longer stored. */
  readonly readBundle: (hash: string) => Promise<Bundle | null>;
}

/** Chunks in a region's `results` table. A chunk too large for one item is read back in pieces. */
export function createChunkStore(setup: ChunkStoreSetup): ChunkStore {
  return {
    async putChunk(chunk) {
      // Checks go on between two pieces: encoding one takes the CPU for some ten milliseconds.
      for (const piece of cutChunk(chunk)) await putItem(setup, itemOf(chunk, piece, setup.keepMs));
    },

    async readChunks(shard, termsBegan) {
      const chunks: LoadedChunk[] = [];
      const damaged: DamagedChunk[] = [];
      for await (const read of readItems(setup, shard, termsBegan)) {
        if (!isWithin(read.beganMs, termsBegan)) continue;
        if ("chunk" in read) chunks.push(read.chunk);
        else damaged.push(read.damaged);
      }
      chunks.sort((a, b) => a.termFromMs - b.termFromMs || a.part - b.part);
      return { chunks, damaged };
    },
  };
}

async function* readItems(
  setup: ChunkStoreSetup,
  shard: number,
  termsBegan: Interval,
): AsyncGenerator<ReadItem> {
  const known = new Map<string, BundleTasks>();
  for (const hour of hoursOf(termsBegan.fromMs, termsBegan.toMs))
    for await (const item of queryHour(setup, { shard, hour }, termsBegan))
      if (!isExpired(item, setup.now()))
        yield readItem(item, { shard, hour }, await tasksFor(item, setup, known));
}

/** The same store, but each item is put by `put`, e.g. one that keeps it elsewhere for now. */
export function createKeptChunkStore(
  store: ChunkStore,
  keepMs: DurationMs,
  put: PutChunkItem,
): ChunkStore {
  return {
    ...store,
    async putChunk(chunk) {
      const { shard, termFromMs } = chunk;
      for (const piece of cutChunk(chunk)) {
        const item = itemOf(chunk, piece, keepMs);
        await put({ shard, termFromMs, name: piece.name, item });
      }
    },
  };
}

/**
 * Puts items of chunks that may be stored already, or be another process's of the same term: the first
 * one stays.
 */
export function createChunkSender(setup: TableSetup): PutChunkItem {
  return async ({ item }) => {
    await putIf(setup, item, { expression: "attribute_not_exists(pk)" });
  };
}

function itemOf(
  chunk: StoredChunk,
  { name, bytes, sampleCount }: ChunkPiece,
  keepMs: DurationMs,
): Item {
  const { pk, sk } = chunkKey(chunk.shard, chunk.termFromMs, name);
  return {
    pk: { S: pk },
    sk: { S: sk },
    chunk: { B: bytes },
    bundle: { S: chunk.bundle },
    samples: { N: String(sampleCount) },
    ...expiryAttribute(chunk.termFromMs + keepMs),
  };
}

/** A partition of the table: a shard's chunks whose terms began in one hour. */
interface HourPartition {
  readonly shard: number;
  readonly hour: EpochMs;
}

function queryHour(
  setup: ChunkStoreSetup,
  { shard, hour }: HourPartition,
  termsBegan: Interval,
): AsyncGenerator<Item> {
  const firstMs = Math.max(hour, termsBegan.fromMs);
  const lastMs = Math.min(hour + HOUR_MS, termsBegan.toMs) - 1;
  return queryItems(setup, {
    keys: "pk = :pk AND sk BETWEEN :first AND :last",
    values: {
      ":pk": partitionOf(shard, hour),
      ":first": secondOf(firstMs),
      // After every part of its second, and before the parts of the next second.
      ":last": `${secondOf(lastMs)}#~`,
    },
  });
}

type ReadItem =
  | { readonly beganMs: EpochMs; readonly chunk: LoadedChunk }
  | { readonly beganMs: EpochMs; readonly damaged: DamagedChunk };

/** The start of a damaged chunk's term is known to the second only. */
function readItem(
  item: Item,
  { shard, hour }: HourPartition,
  tasks: readonly Task[] | null,
): ReadItem {
  const sk = item.sk?.S ?? "";
  const key = parseSortKey(sk);
  const secondMs = hour + (key?.offsetMs ?? 0);
  try {
    if (key === null) throw new ChunkError("Sort key is not a chunk's");
    if (item.chunk?.B === undefined) throw new ChunkError("Item has no chunk");
    const chunk = decodeChunk(item.chunk.B, tasks);
    if (chunk.termFromMs - (chunk.termFromMs % SECOND_MS) !== secondMs) {
      throw new ChunkError("Chunk is stored under another term's key");
    }
    return { beganMs: chunk.termFromMs, chunk: { ...chunk, shard, part: key.part } };
  } catch (error) {
    const key = `${partitionOf(shard, hour)} ${sk}`;
    const reason = error instanceof Error ? error.message : String(error);
    return { beganMs: secondMs, damaged: { key, reason, beganMs: secondMs } };
  }
}

/** Null if a bundle is no longer stored, or can't be read. */
type BundleTasks = readonly Task[] | null;

/**
 * The tasks of its bundle if it takes them to read a chunk, asked for once in a reading; null if there
 * are none, or if it does not. Throws if the table fails: then nothing is damaged.
 */
async function tasksFor(
  { chunk, bundle }: Item,
  setup: Pick<ChunkStoreSetup, "readBundle">,
  known: Map<string, BundleTasks>,
): Promise<BundleTasks> {
  if (chunk?.B === undefined || !needsBundle(chunk.B)) return null;
  const hash = bundle?.S ?? "";
  const tasks = known.has(hash) ? known.get(hash) : await readTasks(setup, hash);
  known.set(hash, tasks ?? null);
  return tasks ?? null;
}

async function readTasks(
  { readBundle }: Pick<ChunkStoreSetup, "readBundle">,
  hash: string,
): Promise<BundleTasks> {
  try {
    return (await readBundle(hash))?.tasks ?? null;
  } catch (error) {
    if (error instanceof BundleError) return null;
    throw error;
  }
}

function isWithin(beganMs: EpochMs, termsBegan: Interval): boolean {
  return beganMs >= termsBegan.fromMs && beganMs < termsBegan.toMs;
}
