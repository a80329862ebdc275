import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  backoffMs,
  LEAST_ROOM_MS,
  MOST_ATTEMPTS,
  pauseBeforeRetry,
} from "../../../shared/retry/backoff.ts";
import { longestCheckMs, retriesEndMs } from "../../../shared/retry/retry.ts";
import type { RetrySettings } from "../../../shared/task/task.ts";
import { aTask } from "../../fakes/results.ts";

const USUAL: RetrySettings = {
  maxAttempts: 5,
  initialBackoffMs: 100,
  multiplier: 2,
  maxBackoffMs: 30_000,
  jitter: 0.1,
};

const settings: fc.Arbitrary<RetrySettings> = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 1_000 }),
  initialBackoffMs: fc.integer({ min: 0, max: 600_000 }),
  multiplier: fc.double({ min: 1, max: 1e9, noNaN: true }),
  maxBackoffMs: fc.integer({ min: 0, max: 600_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const counts = fc.integer({ min: 1, max: 400 });
const shares = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("backoffMs", () => {
  it("doubles from a tenth of a second up to its cap, without jitter", () => {
    const still = { ...USUAL, jitter: 0, maxBackoffMs: 1_000 };
    const pauses = [1, 2, 3, 4, 5, 6].map((count) => backoffMs(still, count, 0.9));
    assert.deepEqual(pauses, [100, 200, 400, 800, 1_000, 1_000]);
  });

  it("lies within its jitter on both sides", () => {
    assert.equal(backoffMs(USUAL, 1, 0), 90);
    assert.equal(backoffMs(USUAL, 1, 0.5), 100);
    assert.equal(backoffMs(USUAL, 1, 0.999_999), 110);
    assert.equal(backoffMs(USUAL, 3, 0), 360);
  });

  it("is a whole number from 0 to the cap, for any settings", () => {
    fc.assert(
      fc.property(settings, counts, shares, (given, count, share) => {
        const pauseMs = backoffMs(given, count, share);
        assert.ok(Number.isInteger(pauseMs));
        assert.ok(pauseMs >= 0 && pauseMs <= given.maxBackoffMs);
      }),
    );
  });

  it("is off the pause without jitter by no more than the jitter, for any settings", () => {
    fc.assert(
      fc.property(settings, counts, shares, (given, count, share) => {
        const stillMs = backoffMs({ ...given, jitter: 0 }, count, share);
        const offMs = Math.abs(backoffMs(given, count, share) - stillMs);
        assert.ok(offMs <= given.jitter * stillMs + 1);
      }),
    );
  });

  it("never gets shorter as attempts fail, without jitter", () => {
    fc.assert(
      fc.property(settings, counts, (given, count) => {
        const still = { ...given, jitter: 0 };
        assert.ok(backoffMs(still, count + 1, 0) >= backoffMs(still, count, 0));
      }),
    );
  });
});

describe("pauseBeforeRetry", () => {
  const check = { name: "t", slotAtMs: 1_000, failedCount: 1, leftMs: 60_000 };

  it("is the same for the same task, slot and attempt, and differs between them", () => {
    const wide = { ...USUAL, initialBackoffMs: 10_000, jitter: 1 };
    const pause = (different: object) => pauseBeforeRetry(wide, { ...check, ...different });
    assert.equal(pause({}), pause({}));
    const others = [{ name: "u" }, { slotAtMs: 2_000 }];
    for (const other of others) assert.notEqual(pause(other), pause({}));
  });

  it("spreads a thousand tasks over the whole range of the jitter", () => {
    const wide = { ...USUAL, initialBackoffMs: 1_000, jitter: 1 };
    const pauses = Array.from({ length: 1_000 }, (_, i) =>
      Number(pauseBeforeRetry(wide, { ...check, name: `task ${i}` })),
    );
    for (let from = 0; from < 2_000; from += 200) {
      const count = pauses.filter((ms) => ms >= from && ms < from + 200).length;
      assert.ok(count > 50 && count < 150, `${count} from ${from}`);
    }
  });

  it("is null after the last attempt", () => {
    const after = (failedCount: number, maxAttempts: number) =>
      pauseBeforeRetry({ ...USUAL, maxAttempts }, { ...check, failedCount });
    assert.notEqual(after(2, 3), null);
    assert.equal(after(3, 3), null);
    assert.equal(after(1, 1), null);
    assert.notEqual(after(MOST_ATTEMPTS - 1, 1_000), null);
    assert.equal(after(MOST_ATTEMPTS, 1_000), null);
  });

  it("is null if the slot is over before there is room for an attempt", () => {
    const still = { ...USUAL, jitter: 0 };
    const room = 100 + LEAST_ROOM_MS;
    assert.equal(pauseBeforeRetry(still, { ...check, leftMs: room }), 100);
    assert.equal(pauseBeforeRetry(still, { ...check, leftMs: room - 1 }), null);
  });
});

describe("longestCheckMs", () => {
  const CASES = [
    ["the timeout without retry", 3_600_000, undefined, 5_000],
    ["until the next slot with it", 15_000, USUAL, 15_000],
    ["a minute at most", 3_600_000, USUAL, 60_000],
    ["never less than the timeout", 1_000, USUAL, 5_000],
  ] as const;
  for (const [what, scheduleMs, retry, expected] of CASES)
    it(`is ${what}`, () => {
      const task = aTask("t", { scheduleMs, timeoutMs: 5_000, ...(retry && { retry }) });
      assert.equal(longestCheckMs(task), expected);
    });

  it("leaves retries the time until the next slot", () => {
    assert.equal(retriesEndMs({ scheduleMs: 1_000 }), 1_000);
    assert.equal(retriesEndMs({ scheduleMs: 60_001 }), 60_000);
  });
});
