import {
  type Chunk,
  ChunkError,
  type ChunkNotes,
  decodeChunk,
  encodeChunk,
} from "../../../shared/chunk/chunk.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS, SECOND_MS, toIso } from "../../../shared/units.ts";
import type {
  ChunkStore,
  DamagedChunk,
  LoadedChunk,
  StoredChunk,
} from "../../ports/chunk-store.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Item, putItem, queryItems, type TableSetup } from "./table.ts";

/** DynamoDB takes items of up to 400 KB, keys and attribute names included. */
export const MAX_ITEM_BYTES = 350 * 1_024;

/** Keeps a piece's columns far below what a reader inflates. */
const MAX_PIECE_SAMPLES = 20_000;

/** The chunk store's table, its clock, and how long it keeps a chunk after its term began. */
interface ChunkStoreSetup extends TableSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Chunks in a region's `results` table. A chunk too large for one item is read back in pieces. */
export function createChunkStore(setup: ChunkStoreSetup): ChunkStore {
  return {
    async putChunk(chunk) {
      for (const item of itemsOf(chunk, setup.keepMs)) await putItem(setup, item);
    },

    async readChunks(shard, termsBegan) {
      const chunks: LoadedChunk[] = [];
      const damaged: DamagedChunk[] = [];
      for (const hour of hoursOf(termsBegan.fromMs, termsBegan.toMs)) {
        for await (const item of queryHour(setup, { shard, hour }, termsBegan)) {
          const read = readItem(item, { shard, hour });
          if (isExpired(item, setup.now()) || !isWithin(read.beganMs, termsBegan)) continue;
          if ("chunk" in read) chunks.push(read.chunk);
          else damaged.push(read.damaged);
        }
      }
      chunks.sort((a, b) => a.termFromMs - b.termFromMs || a.part - b.part);
      return { chunks, damaged };
    },
  };
}

function itemsOf(chunk: StoredChunk, keepMs: DurationMs): Item[] {
  return cutChunk(chunk).map(({ name, bytes, sampleCount }) => {
    const { pk, sk } = chunkKey(chunk.shard, chunk.termFromMs, name);
    return {
      pk: { S: pk },
      sk: { S: sk },
      chunk: { B: bytes },
      bundle: { S: chunk.bundle },
      samples: { N: String(sampleCount) },
      ...expiryAttribute(chunk.termFromMs + keepMs),
    };
  });
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
function readItem(item: Item, { shard, hour }: HourPartition): ReadItem {
  const sk = item.sk?.S ?? "";
  const key = parseSortKey(sk);
  const secondMs = hour + (key?.offsetMs ?? 0);
  try {
    if (key === null) throw new ChunkError("Sort key is not a chunk's");
    if (item.chunk?.B === undefined) throw new ChunkError("Item has no chunk");
    const chunk = decodeChunk(item.chunk.B);
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

function isWithin(beganMs: EpochMs, termsBegan: Interval): boolean {
  return beganMs >= termsBegan.fromMs && beganMs < termsBegan.toMs;
}

/** One item's worth of a chunk. */
interface ChunkPiece {
  /** The part, with the number of the piece if it is not the first. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sampleCount: number;
}

const EMPTY_NOTES: ChunkNotes = {
  coldStart: false,
  stallCount: 0,
  remeasuredCount: 0,
  pacingDebtMs: 0,
};

/** A chunk as items: one, unless it is too large. The first has the notes, so they count once. */
export function cutChunk(chunk: StoredChunk): ChunkPiece[] {
  return encodePieces(chunk).map(({ bytes, sampleCount }, i) => ({
    name: i === 0 ? String(chunk.part) : `${chunk.part}.${i}`,
    bytes,
    sampleCount,
  }));
}

function encodePieces(chunk: Chunk): { bytes: Uint8Array; sampleCount: number }[] {
  const sampleCount = chunk.results.length;
  if (sampleCount > MAX_PIECE_SAMPLES) return halve(chunk).flatMap(encodePieces);
  const bytes = encodeChunk(chunk);
  if (bytes.length <= MAX_ITEM_BYTES) return [{ bytes, sampleCount }];
  if (sampleCount < 2) throw new Error(`One sample takes ${bytes.length} bytes, too many to store`);
  return halve(chunk).flatMap(encodePieces);
}

function halve(chunk: Chunk): Chunk[] {
  const middle = Math.ceil(chunk.results.length / 2);
  return [
    { ...chunk, results: chunk.results.slice(0, middle) },
    { ...chunk, results: chunk.results.slice(middle), notes: EMPTY_NOTES },
  ];
}

/** The start of every hour that the interval touches, the oldest first. */
export function hoursOf(fromMs: EpochMs, toMs: EpochMs): EpochMs[] {
  const hours: EpochMs[] = [];
  for (let at = fromMs - (fromMs % HOUR_MS); at < toMs; at += HOUR_MS) hours.push(at);
  return hours;
}

/** `<shard>#<YYYY-MM-DDTHH>` */
function partitionOf(shard: number, at: EpochMs): string {
  return `${shard}#${toIso(at).slice(0, 13)}`;
}

/** `<MM:SS>` */
function secondOf(at: EpochMs): string {
  return toIso(at).slice(14, 19);
}

/** A chunk's key: partition `<shard>#<hour>`, then `<MM:SS>#<part>` or `<MM:SS>#<part>.<piece>`. */
export function chunkKey(shard: number, termFromMs: EpochMs, part: string) {
  return { pk: partitionOf(shard, termFromMs), sk: `${secondOf(termFromMs)}#${part}` };
}

/** What a chunk's sort key says, or null if it is another item's. */
export function parseSortKey(
  sk: string,
): { readonly offsetMs: number; readonly part: number } | null {
  const match = /^([0-5]\d):([0-5]\d)#(\d{1,9})(?:\.\d{1,9})?$/.exec(sk);
  if (match === null) return null;
  const [, minutes, seconds, part] = match;
  const offsetMs = (Number(minutes) * 60 + Number(seconds)) * SECOND_MS;
  return { offsetMs, part: Number(part) };
}
