import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Ticks } from "../../../../functions/probe/timing/ticks.ts";

const SOON_MS = 5;

test("Ticks wakes who sleeps with the first tick after that, and before the tick is told", async () => {
  const ticks = new Ticks(1_000_000);
  const told: string[] = [];
  const done = Promise.withResolvers<void>();
  const stop = ticks.every(40, () => {
    told.push("tick");
    done.resolve();
  });
  ticks.after(SOON_MS, () => told.push("woken"));
  const leave = ticks.after(1_000_000, () => told.push("too early"));
  await sleep(4 * SOON_MS);
  assert.deepEqual(told, []);
  await done.promise;
  leave();
  stop();
  assert.deepEqual(told, ["woken", "tick"]);
});

test("Ticks wakes by a timer where nothing ticks, or nothing does any more", async () => {
  const ticks = new Ticks(1_000_000);
  const { promise, resolve } = Promise.withResolvers<string>();
  ticks.after(SOON_MS, () => resolve("no ticks"));
  assert.equal(await promise, "no ticks");
  const stops = [ticks.every(1_000_000, assert.fail), ticks.every(1_000_000, assert.fail)];
  const left = Promise.withResolvers<string>();
  ticks.after(SOON_MS, () => left.resolve("ticks over"));
  for (const stop of [...stops, ...stops]) stop();
  assert.equal(await left.promise, "ticks over");
});

test("Ticks wakes nobody who has left", async () => {
  const ticks = new Ticks(1_000_000);
  const leave = ticks.after(SOON_MS, assert.fail);
  leave();
  const stop = ticks.every(SOON_MS, () => undefined);
  ticks.after(0, assert.fail)();
  await sleep(4 * SOON_MS);
  stop();
});

test("Ticks wakes in time beside a slow tick, which is told too", async () => {
  const ticks = new Ticks();
  const woken = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const stop = ticks.every(1_000_000, assert.fail);
  ticks.after(SOON_MS, woken.resolve);
  await woken.promise;
  stop();
  const stopSoon = ticks.every(4 * SOON_MS, told.resolve);
  await told.promise;
  stopSoon();
});
