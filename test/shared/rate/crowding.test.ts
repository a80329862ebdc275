import { strict as assert } from "node:assert";
import { test } from "node:test";
import { countPlaces, crowdedIn, overloadedHosts } from "../../../shared/rate/rate.ts";
import type { RateLimit, Task } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

function tasksOf(hostname: string, count: number, more: Partial<Task> = {}): Task[] {
  return Array.from({ length: count }, (_, i) => ({
    ...aTask(`${hostname} ${i}`),
    target: { hostname, port: i + 1 },
    scheduleMs: 60_000,
    ...more,
  }));
}

test("countPlaces counts each place once", () => {
  const places = [[...tasksOf("a", 3), ...tasksOf("b", 1)], tasksOf("a", 2), []];
  assert.deepEqual(
    [...countPlaces(places)],
    [
      ["a", 2],
      ["b", 1],
    ],
  );
});

test("crowdedIn names the hosts whose share can bind, by burst or by rate, and no other", () => {
  const counts = new Map([
    ["a", 2],
    ["b", 2],
    ["c", 1],
  ]);
  const usual = { bucketSize: 10, refillRate: 1 };
  const place = [...tasksOf("a", 5), ...tasksOf("b", 6), ...tasksOf("c", 2, { scheduleMs: 1_000 })];
  assert.deepEqual(crowdedIn(place, counts, usual), { b: 2, c: 1 });
  assert.deepEqual(crowdedIn(place, counts), {});
  assert.deepEqual(crowdedIn(place, counts, "disabled"), {});
});

test("crowdedIn goes by the strictest limit of a host's tasks", () => {
  const strict: RateLimit = { bucketSize: 1, refillRate: 0.01 };
  const place = [...tasksOf("a", 1, { rateLimit: strict }), ...tasksOf("a", 1)];
  assert.deepEqual(crowdedIn(place, new Map([["a", 1]])), { a: 1 });
  const free = tasksOf("a", 500, { rateLimit: "disabled" });
  assert.deepEqual(crowdedIn(free, new Map([["a", 1]])), {});
});

test("overloadedHosts names a host of which all places ask for more than they can get", () => {
  const limit = { bucketSize: 100, refillRate: 50 };
  const fits = tasksOf("a", 425);
  assert.deepEqual(overloadedHosts([fits, fits]), []);
  const more = tasksOf("a", 426);
  const found = { hostname: "a", taskCount: 851, placeCount: 2, limit };
  assert.deepEqual(overloadedHosts([fits, more]), [found]);
  const often = tasksOf("b", 51, { scheduleMs: 1_000 });
  assert.deepEqual(overloadedHosts([often]), [
    { ...found, hostname: "b", taskCount: 51, placeCount: 1 },
  ]);
  assert.deepEqual(overloadedHosts([often], "disabled"), []);
});
