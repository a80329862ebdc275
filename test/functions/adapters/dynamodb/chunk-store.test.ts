import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { createChunkStore } from "../../../../functions/adapters/dynamodb/chunk-store.ts";
import type { ChunkStore, StoredChunk } from "../../../../functions/ports/chunk-store.ts";
import { encodeChunk } from "../../../../shared/chunk/chunk.ts";
import { regionTableName } from "../../../../shared/contract.ts";
import { BundleError } from "../../../../shared/plan/plan.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";
import { aChunk, aResult, aTask, QUIET_NOTES } from "../../../fakes/results.ts";

const TABLE = regionTableName("test", "results", "eu-west-1");
const START_MS = Date.UTC(2026, 0, 1, 12, 0, 30);
const SPAN = { fromMs: START_MS, toMs: START_MS + MINUTE_MS };
const KEEP_MS = 90 * MINUTE_MS;

/** Hashes of bundles that can't be read. */
const [AWAY, ODD, GONE] = ["away", "odd", "gone"] as const;

/** A chunk that does not hold its slots. */
const PLANNED = {
  ...aChunk({ termFromMs: START_MS, bundle: "planned" }),
  plan: { tasks: [aTask("a"), aTask("b")], timetable: { staggerPermille: 250 } },
};

let embedded: Embedded;
let store: ChunkStore;

before(async () => {
  embedded = await startEmbedded();
  const { client } = embedded;
  const readBundle = async (hash: string) => {
    if (hash === AWAY) throw new Error("The table is away");
    if (hash === ODD) throw new BundleError("Bundle is not JSON");
    return hash === PLANNED.bundle ? { tasks: PLANNED.plan.tasks } : null;
  };
  const setup = { client, table: TABLE, now: () => START_MS, keepMs: KEEP_MS };
  store = createChunkStore({ ...setup, readBundle });
});
after(() => embedded.close());

function aStored(shard: number, different: Partial<StoredChunk> = {}): StoredChunk {
  return { ...aChunk({ termFromMs: START_MS }), shard, part: 0, ...different };
}

function putItem(Item: PutItemCommandInput["Item"]): Promise<unknown> {
  return embedded.client.send(new PutItemCommand({ TableName: TABLE, Item }));
}

async function getItem(pk: string, sk: string): Promise<Record<string, AttributeValue>> {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await embedded.client.send(new GetItemCommand({ TableName: TABLE, Key }));
  return Item ?? assert.fail(`no item ${pk} ${sk}`);
}

test("putChunk stores a chunk under its shard, hour, second and part", async () => {
  const chunk = aStored(0, { part: 3 });
  await store.putChunk(chunk);
  assert.deepEqual(await getItem("0#2026-01-01T12", "00:30#3"), {
    pk: { S: "0#2026-01-01T12" },
    sk: { S: "00:30#3" },
    chunk: { B: encodeChunk(chunk) },
    bundle: { S: "0123456789abcdef" },
    samples: { N: "1" },
    expires_at: { N: String((START_MS + KEEP_MS) / 1_000) },
  });
});

const sound = encodeChunk(aChunk({ termFromMs: START_MS }));

const DAMAGED: [string, string, PutItemCommandInput["Item"], string][] = [
  ["cut short", "00:31#0", { chunk: { B: sound.subarray(0, -1) } }, "checksum differs"],
  ["of a future version", "00:32#0", { chunk: { B: Uint8Array.of(9, ...sound) } }, "version 9"],
  ["without its bytes", "00:33#0", {}, "Item has no chunk"],
  ["that is another's", "00:34#0", { chunk: { B: sound } }, "another term's key"],
];

for (const [i, [what, sk, item, reason]] of DAMAGED.entries()) {
  test(`readChunks reports a chunk ${what} and reads the rest`, async () => {
    const shard = 10 + i;
    await store.putChunk(aStored(shard));
    await putItem({ pk: { S: `${shard}#2026-01-01T12` }, sk: { S: sk }, ...item });
    const { chunks, damaged } = await store.readChunks(shard, SPAN);
    assert.deepEqual(chunks, [{ ...aStored(shard), notUnderstoodCount: 0 }]);
    assert.equal(damaged.length, 1);
    assert.equal(damaged[0]?.key, `${shard}#2026-01-01T12 ${sk}`);
    assert.match(damaged[0]?.reason ?? "", new RegExp(reason));
  });
}

test("readChunks reads slots by the chunk's bundle, and reports a bundle that can't be read", async () => {
  const shard = 40;
  for (const [part, bundle] of [PLANNED.bundle, GONE, ODD].entries())
    await store.putChunk({ ...PLANNED, bundle, shard, part });
  const { chunks, damaged } = await store.readChunks(shard, SPAN);
  assert.deepEqual(
    chunks.map(({ part, results }) => [part, results]),
    [[0, PLANNED.results.map((result) => ({ ...result, elapsedMs: 12.545 }))]],
  );
  assert.deepEqual(
    damaged.map(({ reason }) => reason),
    [GONE, ODD].map((bundle) => `Chunk needs its bundle ${bundle}, which can't be read`),
  );
});

test("readChunks fails if the table of bundles does: nothing is damaged", async () => {
  await store.putChunk({ ...PLANNED, bundle: AWAY, shard: 41, part: 0 });
  await assert.rejects(store.readChunks(41, SPAN), { message: "The table is away" });
});

test("readChunks reports an item that is no chunk", async () => {
  await putItem({ pk: { S: "20#2026-01-01T12" }, sk: { S: "00:30" } });
  const { damaged } = await store.readChunks(20, { ...SPAN, fromMs: Date.UTC(2026, 0, 1, 12) });
  assert.deepEqual(damaged, [
    {
      key: "20#2026-01-01T12 00:30",
      reason: "Sort key is not a chunk's",
      beganMs: Date.UTC(2026, 0, 1, 12),
    },
  ]);
});

test("readChunks does not report damage outside its span", async () => {
  await putItem({ pk: { S: "21#2026-01-01T12" }, sk: { S: "05:00#0" } });
  assert.deepEqual(await store.readChunks(21, SPAN), { chunks: [], damaged: [] });
});

test("readChunks reads on over many pages, and puts nothing twice", async (t) => {
  const stored = [0, 1, 2, 3, 4, 5].map((part) => aLargeChunk(30, part, 12_000));
  for (const chunk of stored) await store.putChunk(chunk);
  const asked = t.mock.method(embedded.client, "send");
  const { chunks } = await store.readChunks(30, SPAN);
  assert.ok(asked.mock.callCount() > 1, "all fitted one page");
  assert.deepEqual(
    chunks.map(({ part, results }) => [part, results.length]),
    stored.map(({ part }) => [part, 12_000]),
  );
});

test("putChunk stores what no single item can hold in pieces, and loses nothing", async () => {
  const notes = { ...QUIET_NOTES, coldStart: true, stallCount: 2 };
  const large = { ...aLargeChunk(31, 1, 50_000), notes };
  await store.putChunk(large);
  const { chunks, damaged } = await store.readChunks(31, SPAN);
  assert.deepEqual(damaged, []);
  assert.ok(chunks.length > 1);
  assert.ok(chunks.every(({ part }) => part === 1));
  assert.deepEqual(
    chunks.map((chunk) => chunk.notes).filter((noted) => noted.coldStart),
    [notes],
  );
  const results = chunks.flatMap((chunk) => chunk.results);
  assert.deepEqual(
    results.toSorted((a, b) => a.taskIndex - b.taskIndex),
    large.results,
  );
});

/** Its addresses don't compress. */
function aLargeChunk(shard: number, part: number, count: number): StoredChunk {
  const results = Array.from({ length: count }, (_, taskIndex) =>
    aResult({ taskIndex, slotAtMs: START_MS, address: randomBytes(18).toString("base64") }),
  );
  return aStored(shard, { part, results });
}
