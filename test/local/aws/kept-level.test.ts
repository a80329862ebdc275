import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import fc from "fast-check";
import { type DiskListener, KeptLevel, LOOK_EVERY_MS } from "../../../local/aws/kept-level.ts";
import { type EntryIterator, Level, type LevelStore } from "../../../local/aws/level-store.ts";
import { UnkeptEntries } from "../../../local/aws/unkept-entries.ts";
import { HOUR_MS } from "../../../shared/units.ts";

const FULL = "IO error: /data/database/000005.log: No space left on device";
const NOW = HOUR_MS;
const HISTORY = { expires_at: { N: "1" } };

describe("KeptLevel", () => {
  let dir = "";
  let path = "";
  let said: string[] = [];
  let store: KeptLevel;

  const listener: DiskListener = {
    onUnkept: (reason) => said.push(reason),
    onKept: (droppedCount) => said.push(`kept, ${droppedCount} dropped`),
    relock: async () => undefined,
  };

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
    path = join(dir, "data", "database");
    said = [];
    store = await open(new KeptLevel(path));
  });
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(opened: KeptLevel): Promise<KeptLevel> {
    await opened.start(listener);
    return opened;
  }

  async function onDisk(): Promise<string[]> {
    await store.close();
    store = await open(new KeptLevel(path));
    return await all(store.keys());
  }

  test("keeps what it is given, and says nothing, while the disk works", async () => {
    await store.put("a", { x: 1 });
    await store.batch([
      { type: "put", key: "b", value: { x: 2 } },
      { type: "del", key: "a" },
    ]);
    await store.look(NOW);
    assert.deepEqual(await onDisk(), ["b"]);
    assert.deepEqual(said, []);
  });

  test("takes every write while the disk is full, says so once, and writes all of it when there is room", async (t) => {
    await store.put("before", { x: 1 });
    await store.put("deleted", { x: 2 });
    const full = t.mock.method(Level.prototype, "batch", async () => {
      throw new Error("Failed", { cause: new Error(FULL) });
    });
    await Promise.all([store.put("a", { x: 3 }), store.put("b", HISTORY), store.del("deleted")]);
    assert.deepEqual(await all(store.keys()), ["a", "b", "before"]);
    assert.deepEqual(await store.get("a"), { x: 3 });
    assert.deepEqual(await store.get("before"), { x: 1 });
    assert.equal(await store.get("deleted"), undefined);
    await store.look(performance.now() + LOOK_EVERY_MS);
    assert.deepEqual(said, ["no space left on device"]);
    full.mock.restore();
    await store.look(performance.now() + 3 * LOOK_EVERY_MS);
    assert.deepEqual(said, ["no space left on device", "kept, 0 dropped"]);
    await store.put("after", { x: 4 });
    assert.deepEqual(await onDisk(), ["a", "after", "b", "before"]);
  });

  test("goes on without its folder, and puts all but old results and summaries into a new one", async () => {
    await store.put("table~t", { x: 1 });
    await store.put("table~f-summaries", { x: 2 });
    await store.put("item-t~task", { x: 3 });
    await store.put("item-t~event", HISTORY);
    await store.put("item-f-summaries~lease", { x: 4 });
    await store.put("item-f-summaries~newest", { expires_at: { N: "2000" } });
    await store.put("item-f-summaries~new", { expires_at: { N: "1100" } });
    await store.put("item-f-summaries~old", { expires_at: { N: "1099" } });
    rmSync(join(dir, "data"), { recursive: true });
    await store.look(NOW);
    assert.deepEqual(said, ["its folder was removed"]);
    await store.put("item-t~new event", HISTORY);
    assert.deepEqual(await store.get("item-t~task"), { x: 3 });
    await store.look(NOW + 1);
    assert.equal(existsSync(path), false, "it is not tried again at once");
    await store.look(NOW + LOOK_EVERY_MS);
    assert.deepEqual(said, ["its folder was removed", "kept, 0 dropped"]);
    assert.deepEqual(await onDisk(), [
      "item-f-summaries~lease",
      "item-f-summaries~new",
      "item-f-summaries~newest",
      "item-t~event",
      "item-t~new event",
      "item-t~task",
      "table~f-summaries",
      "table~t",
    ]);
  });

  test("creates no folder above that of the data: its disk may be back later", async () => {
    await store.put("a", { x: 1 });
    rmSync(dir, { recursive: true });
    await store.look(NOW);
    await store.look(NOW + LOOK_EVERY_MS);
    assert.equal(existsSync(dir), false);
    assert.deepEqual(said, ["its folder was removed"]);
    assert.deepEqual(await store.get("a"), { x: 1 });
  });

  test("does not use a folder that another process has locked", async () => {
    await store.close();
    store = new KeptLevel(path);
    await store.start({ ...listener, relock: () => Promise.reject(new Error("locked")) });
    rmSync(join(dir, "data"), { recursive: true });
    await store.look(NOW);
    await store.look(NOW + LOOK_EVERY_MS);
    assert.equal(existsSync(path), false);
    assert.deepEqual(said, ["its folder was removed"]);
  });

  test("tries a disk that fails again and again less and less often", async (t) => {
    const clock = { nowMs: NOW };
    t.mock.method(performance, "now", () => clock.nowMs);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const full = t.mock.method(Level.prototype, "batch", async () => {
        throw new Error(FULL);
      });
      await store.put("a", { x: i });
      full.mock.restore();
      const sinceMs = clock.nowMs;
      while (said.length % 2 === 1) {
        clock.nowMs += LOOK_EVERY_MS;
        await store.look(clock.nowMs);
      }
      waits.push((clock.nowMs - sinceMs) / LOOK_EVERY_MS);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test("drops the oldest history, and no state, when the memory is full", async (t) => {
    await store.close();
    store = await open(new KeptLevel(path, {}, new UnkeptEntries(1_000)));
    t.mock.method(Level.prototype, "batch", async () => {
      throw new Error(FULL);
    });
    await store.put("state", { x: "y".repeat(200) });
    for (let i = 0; i < 100; i++) await store.put(`history ${i}`, HISTORY);
    const left = await all(store.keys());
    assert.ok(left.includes("state"));
    assert.ok(left.includes("history 99"));
    assert.ok(!left.includes("history 0"));
    assert.ok(left.length < 30, `${left.length}`);
    t.mock.restoreAll();
    await store.look(performance.now() + LOOK_EVERY_MS);
    assert.equal(said.at(-1), `kept, ${101 - left.length} dropped`);
  });

  test("a failed read is an error while the disk keeps what is written", async (t) => {
    t.mock.method(Level.prototype, "get", async () => {
      throw new Error("IO error: x: Input/output error");
    });
    await assert.rejects(store.get("a"), /Input\/output error/);
  });

  test("throws at the start if the disk can't be used", async () => {
    const blocked = new KeptLevel(join(path, "CURRENT", "x"));
    await assert.rejects(blocked.start(listener));
  });

  test("reads like one store, whatever was written before, during and after a fault", async (t) => {
    const disk = { isFull: false };
    const write = Level.prototype.batch;
    t.mock.method(Level.prototype, "batch", function batch(this: LevelStore, ...args: never[]) {
      return disk.isFull ? Promise.reject(new Error(FULL)) : Reflect.apply(write, this, args);
    });
    let nowMs = performance.now();
    const doStep = async (one: KeptLevel, model: Map<string, number>, done: Step) => {
      if (done.kind === "put") {
        model.set(done.key, done.value);
        await one.put(done.key, { x: done.value });
      }
      if (done.kind === "del") {
        model.delete(done.key);
        await one.del(done.key);
      }
      if (done.kind === "fault") disk.isFull = true;
      if (done.kind === "room") {
        disk.isFull = false;
        nowMs += 600_000;
        await one.look(nowMs);
      }
      if (done.kind === "read") await assertReads(one, model, done.range);
    };
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 30 }), async (steps) => {
        count += 1;
        const place = join(dir, `run ${count}`, "database");
        const model = new Map<string, number>();
        const one = await open(new KeptLevel(place));
        for (const done of steps) await doStep(one, model, done);
        disk.isFull = false;
        await one.close();
        const again = await open(new KeptLevel(place));
        assert.deepEqual(await all(again.keys()), [...model.keys()].sort());
        await again.close();
      }),
      { numRuns: 25 },
    );
  });
});

const KEY = fc.constantFrom("a", "b", "c", "d", "e", "f");

const RANGE = fc.record({
  gte: KEY,
  lt: KEY,
  reverse: fc.boolean(),
  limit: fc.constantFrom(-1, 1, 2, 5),
});

const STEP = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), key: KEY, value: fc.nat(99) }),
  fc.record({ kind: fc.constant("del" as const), key: KEY }),
  fc.record({ kind: fc.constant("fault" as const) }),
  fc.record({ kind: fc.constant("room" as const) }),
  fc.record({ kind: fc.constant("read" as const), range: RANGE }),
);

type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;
type Asked = typeof RANGE extends fc.Arbitrary<infer T> ? T : never;

/** What a store reads is what the model has. */
async function assertReads(store: KeptLevel, model: Map<string, number>, range: Asked) {
  const { gte, lt, reverse, limit } = range;
  const keys = [...model.keys()].filter((key) => key >= gte && key < lt).sort();
  if (reverse) keys.reverse();
  const wanted = keys.slice(0, limit < 0 ? undefined : limit);
  assert.deepEqual(await all(store.keys(range)), wanted);
  const values = wanted.map((key) => ({ x: model.get(key) }));
  assert.deepEqual(await all(store.values(range)), values);
  assert.deepEqual(await store.get(gte), model.has(gte) ? { x: model.get(gte) } : undefined);
}

async function all<T>(iterator: EntryIterator<T>): Promise<T[]> {
  const found: T[] = [];
  for (let next = await iterator.next(); next !== undefined; next = await iterator.next()) {
    found.push(next);
  }
  await iterator.close();
  return found;
}
