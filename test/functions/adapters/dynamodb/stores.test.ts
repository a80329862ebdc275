import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  openRegionStores,
  type RegionStores,
} from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import type { ChunkStore, StoredChunk } from "../../../../functions/ports/chunk-store.ts";
import type { LeaseStore } from "../../../../functions/ports/lease-store.ts";
import type { PlanStore } from "../../../../functions/ports/plan-store.ts";
import { encodeBundle, type Manifest } from "../../../../shared/plan/plan.ts";
import { type Lease, nextLease } from "../../../../shared/slot/slot.ts";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";
import { aChunk, aResult, aTask } from "../../../fakes/results.ts";
import {
  FakeChunkStore,
  FakeLeaseStore,
  FakePlanStore,
  readableLease,
} from "../../../fakes/stores.ts";

const START_MS = Date.UTC(2026, 0, 1, 11, 58, 30);
const KEEP_MS = 30 * DAY_MS;
const clock = { nowMs: START_MS };

const now = () => clock.nowMs;

function fakeStores(): RegionStores {
  return {
    plans: new FakePlanStore(now),
    leases: new FakeLeaseStore(),
    chunks: new FakeChunkStore(now, KEEP_MS),
  };
}

function embeddedStores({ client }: Embedded): RegionStores {
  return openRegionStores({ client, fleet: "test", region: "eu-west-1", keepMs: KEEP_MS, now });
}

describe("fake stores", () => testStores(() => fakeStores()));

describe("DynamoDB stores", () => {
  let embedded: Embedded;
  before(async () => {
    embedded = await startEmbedded();
  });
  after(() => embedded.close());
  testStores(() => embeddedStores(embedded));
});

function testStores(open: () => RegionStores): void {
  let stores: RegionStores;
  before(() => {
    stores = open();
  });
  testPlans(() => stores.plans);
  testLeases(() => stores.leases);
  testChunks(() => stores.chunks);
}

function testPlans(plans: () => PlanStore): void {
  const bundle = { tasks: [aTask("a"), aTask("b", { tags: { team: "core" } })] };
  const { hash } = encodeBundle(bundle);
  const expiresAtMs = START_MS + DAY_MS;

  test("PlanStore has nothing before the first plan", async () => {
    assert.equal(await plans().readManifest(), null);
    assert.equal(await plans().readBundle(hash), null);
    assert.equal(await plans().readBundleExpiry(hash), null);
  });

  test("writeBundle refuses a bundle under another's hash", async () => {
    await assert.rejects(plans().writeBundle("0000000000000000", bundle, expiresAtMs));
  });

  test("readBundle gives back what was written, and when it expires", async () => {
    await plans().writeBundle(hash, bundle, expiresAtMs);
    assert.deepEqual(await plans().readBundle(hash), bundle);
    assert.equal(await plans().readBundleExpiry(hash), expiresAtMs);
  });

  test("writeBundle extends the life of a stored bundle", async () => {
    await plans().writeBundle(hash, bundle, expiresAtMs + DAY_MS);
    assert.equal(await plans().readBundleExpiry(hash), expiresAtMs + DAY_MS);
  });

  test("readManifest gives back the last one written", async () => {
    const manifest: Manifest = {
      region: "eu-west-1",
      plannedAtMs: START_MS,
      staggerPermille: 333,
      shards: [{ shard: 0, bundle: hash, taskCount: 2 }],
    };
    await plans().writeManifest(manifest);
    await plans().writeManifest({ ...manifest, plannedAtMs: START_MS + 1 });
    assert.deepEqual(await plans().readManifest(), { ...manifest, plannedAtMs: START_MS + 1 });
  });

  test("readBundle does not see an expired bundle that is still there", async (t) => {
    t.after(() => setClock(START_MS));
    setClock(expiresAtMs + DAY_MS);
    assert.equal(await plans().readBundle(hash), null);
    assert.equal(await plans().readBundleExpiry(hash), null);
  });

  test("writeBundle keeps a bundle that no single item can hold", async () => {
    const random = randomTexts();
    const tasks = Array.from({ length: 20_000 }, (_, i) =>
      aTask(String(i).padStart(6, "0"), { targetId: Array.from({ length: 6 }, random).join("") }),
    );
    const large = encodeBundle({ tasks });
    assert.ok(large.bytes.length > 400 * 1_024);
    await plans().writeBundle(large.hash, { tasks }, expiresAtMs);
    assert.deepEqual(await plans().readBundle(large.hash), { tasks });
  });
}

function testLeases(leases: () => LeaseStore): void {
  const plan = { bundle: "0123456789abcdef", staggerPermille: 250 };

  test("readLease has nothing before the first move", async () => {
    assert.equal(await leases().readLease(0), null);
  });

  test("moveLease stores runs of several bundles, gaps included", async () => {
    const first = leaseAfter(null, START_MS, plan);
    const second = leaseAfter(first, START_MS + MINUTE_MS, plan);
    const third = leaseAfter(second, START_MS + 10 * MINUTE_MS, { ...plan, staggerPermille: 0 });
    const fourth = leaseAfter(third, START_MS + 11 * MINUTE_MS, { ...plan, bundle: "ff" });
    let held: Lease | null = null;
    for (const next of [first, second, third, fourth]) {
      assert.equal(await leases().moveLease(0, held, next), "moved");
      assert.deepEqual(await leases().readLease(0), next);
      held = next;
    }
    assert.equal(fourth.runs.length, 3);
  });

  test("moveLease refuses a rival that holds what is no longer so", async () => {
    const stored = await readableLease(leases(), 0);
    const next = leaseAfter(stored, START_MS + 12 * MINUTE_MS, plan);
    assert.equal(await leases().moveLease(0, null, next), "lost");
    assert.deepEqual(await leases().readLease(0), stored);
  });

  test("moveLease lets exactly one of many rivals win, first lease or later", async () => {
    const first = leaseAfter(null, START_MS, plan);
    const second = leaseAfter(first, START_MS + MINUTE_MS, plan);
    for (const [held, next] of [[null, first] as const, [first, second] as const]) {
      const moves = Array.from({ length: 8 }, () => leases().moveLease(1, held, next));
      const won = (await Promise.all(moves)).filter((move) => move === "moved");
      assert.equal(won.length, 1);
    }
  });

  test("moveLease moves one shard's lease only", async () => {
    assert.equal(await leases().readLease(2), null);
  });
}

function testChunks(chunks: () => ChunkStore): void {
  const span = { fromMs: START_MS, toMs: START_MS + 3 * MINUTE_MS };

  test("readChunks finds nothing if nothing was put", async () => {
    assert.deepEqual(await chunks().readChunks(0, span), { chunks: [], damaged: [] });
  });

  test("readChunks gives chunks by term and part, across an hour's end", async () => {
    const terms = [2, 1, 0].map((minute) => START_MS + minute * MINUTE_MS);
    const stored = terms.flatMap((termFromMs) => [aStored(termFromMs, 10), aStored(termFromMs, 2)]);
    for (const chunk of stored) await chunks().putChunk(chunk);
    await chunks().putChunk({ ...aStored(START_MS, 0), shard: 1 });
    const read = await chunks().readChunks(0, span);
    const expected = stored.toReversed().map((chunk) => ({ ...chunk, notUnderstoodCount: 0 }));
    assert.deepEqual(read, { chunks: expected, damaged: [] });
  });

  test("readChunks takes terms from the interval's start up to its end, to the millisecond", async () => {
    const odd = START_MS + 20 * MINUTE_MS + 250;
    await chunks().putChunk(aStored(odd, 0));
    const table: [number, number, number][] = [
      [odd, odd + 1, 1],
      [odd - 1, odd, 0],
      [odd + 1, odd + MINUTE_MS, 0],
      [odd - MINUTE_MS, odd + MINUTE_MS, 1],
    ];
    for (const [fromMs, toMs, count] of table) {
      const read = await chunks().readChunks(0, { fromMs, toMs });
      assert.equal(read.chunks.length, count, `${fromMs - odd} to ${toMs - odd}`);
    }
  });

  test("putChunk is idempotent", async () => {
    const before = await chunks().readChunks(0, span);
    await chunks().putChunk(aStored(START_MS, 2));
    assert.deepEqual(await chunks().readChunks(0, span), before);
  });

  test("readChunks does not see an expired chunk that is still there", async (t) => {
    t.after(() => setClock(START_MS));
    setClock(START_MS + KEEP_MS + MINUTE_MS);
    const read = await chunks().readChunks(0, span);
    assert.deepEqual(
      read.chunks.map((chunk) => chunk.termFromMs),
      [START_MS + 2 * MINUTE_MS, START_MS + 2 * MINUTE_MS],
    );
  });
}

function leaseAfter(held: Lease | null, nowMs: EpochMs, plan: Parameters<typeof nextLease>[2]) {
  const decision = nextLease(held, nowMs, plan);
  assert.equal(decision.kind, "acquired");
  return decision.kind === "acquired" ? decision.lease : assert.fail();
}

function aStored(termFromMs: EpochMs, part: number): StoredChunk {
  const results = [0, 1].map((taskIndex) =>
    aResult({ taskIndex, slotAtMs: termFromMs + 7 + part }),
  );
  return { ...aChunk({ termFromMs, results }), shard: 0, part };
}

function setClock(nowMs: EpochMs): void {
  clock.nowMs = nowMs;
}

/** Texts that do not compress, the same in every run. */
function randomTexts(): () => string {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed.toString(36);
  };
}
