import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ChunkError, decodeChunk } from "../../../shared/chunk/chunk.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import type {
  ChunkStore,
  DamagedChunk,
  LoadedChunk,
  StoredChunk,
} from "../../ports/chunk-store.ts";
import { chunkKey, hoursOf, parseSortKey, partitionOf, secondOf } from "./chunk-key.ts";
import { cutChunk } from "./cut-chunk.ts";
import { type Item, queryPages } from "./query-pages.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";

export interface ChunkStoreSetup {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly now: () => EpochMs;
  /** How long results are kept after their cover began. */
  readonly keepMs: DurationMs;
}

/** Chunks in a region's `results` table. A chunk too large for one item comes back in pieces. */
export function createChunkStore(setup: ChunkStoreSetup): ChunkStore {
  return {
    async putChunk(chunk) {
      for (const Item of itemsOf(chunk, setup.keepMs)) {
        await setup.client.send(new PutItemCommand({ TableName: setup.table, Item }));
      }
    },

    async readChunks(shard, termsBegan) {
      const chunks: LoadedChunk[] = [];
      const damaged: DamagedChunk[] = [];
      for (const hour of hoursOf(termsBegan.fromMs, termsBegan.toMs)) {
        for await (const item of queryHour(setup, { shard, hour, span: termsBegan })) {
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

function queryHour(
  { client, table }: ChunkStoreSetup,
  { shard, hour, span }: { shard: number; hour: EpochMs; span: Interval },
): AsyncGenerator<Item> {
  const firstMs = Math.max(hour, span.fromMs);
  const lastMs = Math.min(hour + HOUR_MS, span.toMs) - 1;
  return queryPages(client, {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: {
      ":pk": { S: partitionOf(shard, hour) },
      ":first": { S: secondOf(firstMs) },
      // After every part of its second, and before the next one's.
      ":last": { S: `${secondOf(lastMs)}#~` },
    },
  });
}

type ReadItem =
  | { readonly beganMs: EpochMs; readonly chunk: LoadedChunk }
  | { readonly beganMs: EpochMs; readonly damaged: DamagedChunk };

/** A damaged chunk's cover is known to the second only. */
function readItem(item: Item, { shard, hour }: { shard: number; hour: EpochMs }): ReadItem {
  const sk = item.sk?.S ?? "";
  const place = parseSortKey(sk);
  const secondMs = hour + (place?.offsetMs ?? 0);
  try {
    if (place === null) throw new ChunkError("Sort key is not a chunk's");
    if (item.chunk?.B === undefined) throw new ChunkError("Item has no chunk");
    const chunk = decodeChunk(item.chunk.B);
    if (chunk.termFromMs - (chunk.termFromMs % SECOND_MS) !== secondMs) {
      throw new ChunkError("Chunk is stored under another cover's key");
    }
    return { beganMs: chunk.termFromMs, chunk: { ...chunk, shard, part: place.part } };
  } catch (error) {
    if (!(error instanceof ChunkError)) throw error;
    const key = `${partitionOf(shard, hour)} ${sk}`;
    return { beganMs: secondMs, damaged: { key, reason: error.message } };
  }
}

function isWithin(beganMs: EpochMs, span: Interval): boolean {
  return beganMs >= span.fromMs && beganMs < span.toMs;
}
