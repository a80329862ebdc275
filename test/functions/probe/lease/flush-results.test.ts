import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoredChunk } from "../../../../functions/ports/chunk-store.ts";
import {
  FLUSH_GRACE_MS,
  MOST_UNSTORED,
  ResultFlusher,
} from "../../../../functions/probe/lease/flush-results.ts";
import { aResult } from "../../../fakes/results.ts";
import { VirtualClock } from "../../../fakes/virtual-clock.ts";
import { NOON } from "../rig.ts";

const NOTES = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };

/** A flusher whose store does this with each chunk. */
function aFlusher(putChunk: (chunk: StoredChunk) => Promise<void>, unstored: StoredChunk[] = []) {
  const clock = new VirtualClock(NOON);
  const stored: number[] = [];
  const flusher = new ResultFlusher({
    term: { shard: 0, bundle: "b", termFromMs: NOON },
    firstPart: 0,
    results: { putChunk, readChunks: () => assert.fail("it reads nothing") },
    clock,
    takeNotes: () => NOTES,
    unstored,
    onStored: (chunk) => void stored.push(chunk.part),
  });
  const flush = () => {
    flusher.add(aResult({ slotAtMs: NOON }));
    flusher.flush();
  };
  const finish = () => clock.run(flusher.finish(FLUSH_GRACE_MS));
  return { clock, flusher, flush, finish, unstored, stored };
}

const away = async () => {
  throw new Error("away");
};

function partsOf(chunks: readonly StoredChunk[]): number[] {
  return chunks.map(({ part }) => part);
}

function numbers(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

describe("ResultFlusher", () => {
  it("stores nothing if there is no result", async () => {
    const { flusher, finish } = aFlusher(() => assert.fail("nothing is to be stored"));
    flusher.flush();
    await finish();
  });

  it("counts the parts of a term from 0, and keeps each result in one of them", async () => {
    const stored: StoredChunk[] = [];
    const { flush, finish } = aFlusher(async (chunk) => void stored.push(chunk));
    for (let i = 0; i < 3; i++) flush();
    await finish();
    assert.deepEqual(partsOf(stored), [0, 1, 2]);
    assert.ok(stored.every(({ results }) => results.length === 1));
  });

  it("tries again after 250 ms, then after twice as long each time, and is late once", async () => {
    const triedAt: number[] = [];
    const { clock, flusher, flush, finish, unstored } = aFlusher(async () => {
      triedAt.push(clock.now() - NOON);
      if (triedAt.length < 5) throw new Error("away");
    });
    flush();
    await finish();
    assert.deepEqual(triedAt, [0, 250, 750, 1_750, 3_750]);
    assert.equal(flusher.lateCount, 1);
    assert.deepEqual(unstored, []);
  });

  it("waits no longer than 5 s between two tries", async () => {
    const triedAt: number[] = [];
    const { clock, flusher } = aFlusher(async () => {
      triedAt.push(clock.now() - NOON);
      throw new Error("away");
    });
    flusher.add(aResult({ slotAtMs: NOON }));
    flusher.flush();
    await clock.run(clock.sleep(30_000));
    await clock.run(flusher.finish(0));
    assert.deepEqual(triedAt.slice(4), [3_750, 7_750, 12_750, 17_750, 22_750, 27_750]);
  });

  it("gives up after its grace, also on a request without an answer, and keeps the chunk", async () => {
    for (const putChunk of [away, () => new Promise<never>(() => undefined)]) {
      const { clock, flush, finish, unstored } = aFlusher(putChunk);
      flush();
      await finish();
      assert.equal(clock.now(), NOON + FLUSH_GRACE_MS);
      assert.deepEqual(partsOf(unstored), [0]);
    }
  });

  it("ends at once when all is stored, and leaves no timer", async () => {
    const { clock, flush, finish } = aFlusher(async () => undefined);
    flush();
    await finish();
    assert.equal(clock.now(), NOON);
    assert.equal(clock.sleeperCount, 0);
  });

  it(`keeps the newest ${MOST_UNSTORED} of the chunks that it could not store`, async () => {
    const { flush, finish, unstored } = aFlusher(away);
    for (let i = 0; i < MOST_UNSTORED; i++) flush();
    await finish();
    assert.deepEqual(partsOf(unstored), numbers(MOST_UNSTORED));
    const next = aFlusher(away, unstored);
    assert.deepEqual(unstored, [], "the next term has taken them");
    next.flush();
    await next.finish();
    assert.equal(unstored.length, MOST_UNSTORED);
    assert.deepEqual(partsOf(unstored), [...numbers(MOST_UNSTORED - 1, 1), 0]);
  });

  it("stores the chunks of earlier terms as they are", async () => {
    const before = aFlusher(away);
    before.flush();
    await before.finish();
    const [chunk] = before.unstored;
    const stored: StoredChunk[] = [];
    const { finish, unstored } = aFlusher(async (one) => void stored.push(one), before.unstored);
    await finish();
    assert.deepEqual(stored, [chunk]);
    assert.deepEqual(unstored, []);
  });
});
