import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type RateBook, RateLimiter } from "../../../../functions/probe/admit/admit.ts";
import type { RateLimit, Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";

const LIMIT = { bucketSize: 1, refillRate: 10 };

function at(hostname: string, port: number, address: string, rateLimit?: RateLimit) {
  const task: Task = { ...aTask("t"), target: { hostname, port }, ...(rateLimit && { rateLimit }) };
  return { task, address };
}

test("RateLimiter has a bucket for a host name and one for an address with its port", () => {
  const limiter = new RateLimiter({ rateLimit: LIMIT }, new Map());
  assert.equal(limiter.take(at("a", 1, "1.1.1.1"), 0, 1_000), 0);
  assert.equal(limiter.take(at("a", 2, "1.1.1.2"), 0, 1_000), 100, "the same name");
  assert.equal(limiter.take(at("b", 1, "1.1.1.1"), 0, 1_000), 100, "the same address and port");
  assert.equal(limiter.take(at("c", 2, "1.1.1.1"), 0, 1_000), 0, "another port");
});

test("RateLimiter takes no token for a check that can't wait for it", () => {
  const limiter = new RateLimiter({ rateLimit: LIMIT }, new Map());
  const target = at("a", 1, "1.1.1.1");
  assert.equal(limiter.take(target, 0, 0), 0);
  assert.equal(limiter.take(target, 0, 99), null);
  assert.equal(limiter.take(target, 0, 100), 100);
  assert.equal(limiter.take(target, 100, 200), 100);
});

test("RateLimiter divides a crowded host's limit, and takes the task's own before the fleet's", () => {
  const plan = { rateLimit: { bucketSize: 4, refillRate: 4 }, crowded: { a: 2 } };
  const limiter = new RateLimiter(plan, new Map());
  const waits = [1, 2, 3].map((port) => limiter.take(at("a", port, `1.1.1.${port}`), 0, 9_000));
  assert.deepEqual(waits, [0, 0, 500]);
  const own = [1, 2, 3].map((port) =>
    limiter.take(at("b", port, `1.1.2.${port}`, LIMIT), 0, 9_000),
  );
  assert.deepEqual(own, [0, 100, 200]);
});

test("RateLimiter limits nothing that is disabled, and everything else by the usual limit", () => {
  const book: RateBook = new Map();
  const free = new RateLimiter({ rateLimit: "disabled" }, book);
  for (let i = 0; i < 500; i++) assert.equal(free.take(at("a", i, "1.1.1.1"), 0, 0), 0);
  assert.equal(book.size, 0);
  const usual = new RateLimiter({}, book);
  const granted = Array.from({ length: 500 }, (_, i) => usual.take(at("a", i, "1.1.1.1"), 0, 0));
  assert.equal(granted.filter((waitMs) => waitMs === 0).length, 100);
});
