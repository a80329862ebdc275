import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { ResolveHost } from "../../../../functions/probe/dns/dns.ts";
import { type AskPace, ClockWatch } from "../../../../functions/probe/sync/clock-watch.ts";
import { type Clock, systemClock } from "../../../../functions/probe/timing/timing.ts";
import type { ClockReading } from "../../../../shared/clock/clock.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { type SntpAnswer, type SntpServer, startSntpServer } from "../../../fakes/sntp-server.ts";

/** The machine may be busy. */
const NEAR_MS = 250;

const QUICK: AskPace = { sampleCount: 3, sampleEveryMs: 5, pollEveryMs: 200, answerMs: 5_000 };

/** Only one poll. */
const ONCE: AskPace = { ...QUICK, pollEveryMs: 50_000 };

const TO_LOOPBACK: ResolveHost = () => ({
  kind: "resolved",
  addresses: ["127.0.0.1"],
  dnsTimeMs: null,
});

/** Clocks that a test sets forward, each by itself. */
function aClock() {
  const set = { wallMs: 0, monotonicMs: 0 };
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + set.wallMs,
    monotonic: () => systemClock.monotonic() + set.monotonicMs,
  };
  return { set, clock };
}

interface Followed {
  readonly watch: ClockWatch;
  readonly server: SntpServer;
  readonly set: { wallMs: number; monotonicMs: number };
  /** Asks for as long as it takes until so many questions have been answered or not. */
  follow(count: number, resolve?: ResolveHost): Promise<ClockReading | null>;
}

async function beside(
  answer: (question: number) => SntpAnswer,
  use: (followed: Followed) => Promise<void>,
  pace = ONCE,
): Promise<void> {
  const server = await startSntpServer(answer);
  const { set, clock } = aClock();
  const watch = new ClockWatch({ server: { hostname: "time", port: server.port }, clock, pace });
  const follow = async (count: number, resolve = TO_LOOPBACK) => {
    const end = new AbortController();
    const following = watch.follow(resolve, end.signal);
    const untilMs = performance.now() + 5_000;
    while ((watch.reading()?.askedCount ?? 0) < count && performance.now() < untilMs)
      await systemClock.sleep(2);
    end.abort();
    await following;
    return watch.reading();
  };
  try {
    await use({ watch, server, set, follow });
  } finally {
    await server.close();
  }
}

function isNear(reading: ClockReading | null, offsetMs: number): boolean {
  return Math.abs((reading?.figures?.offsetMs ?? Number.NaN) - offsetMs) < NEAR_MS;
}

test("ClockWatch knows nothing before it has asked", () => {
  const { clock } = aClock();
  const watch = new ClockWatch({ server: { hostname: "time", port: 123 }, clock });
  assert.equal(watch.reading(), null);
  assert.equal(watch.kiss, null);
});

for (const offsetMs of [0, 2_000, -2_000, 10_000])
  test(`ClockWatch finds an offset of ${offsetMs} ms, with every question answered`, () =>
    beside(
      () => [{ offsetMs }],
      async ({ follow }) => {
        const reading = await follow(3);
        assert.deepEqual([reading?.askedCount, reading?.answeredCount], [3, 3]);
        assert.ok(isNear(reading, offsetMs));
        const { stabilityMs = -1, jitterMs = -1 } = reading?.figures ?? {};
        assert.ok(stabilityMs >= 0 && stabilityMs < NEAR_MS);
        assert.ok(jitterMs >= 0 && jitterMs < NEAR_MS);
      },
    ));

test("ClockWatch counts the questions that are lost, and takes the rest", () =>
  beside(
    (question) => (question === 1 ? "silence" : [{ offsetMs: 2_000 }]),
    async ({ follow }) => {
      const reading = await follow(3);
      assert.deepEqual([reading?.askedCount, reading?.answeredCount], [3, 2]);
      assert.ok(isNear(reading, 2_000));
    },
    { ...ONCE, answerMs: 400 },
  ));

test("ClockWatch takes no late answer for that of a later question", () =>
  beside(
    (question) => [question === 0 ? { offsetMs: 90_000, lateMs: 450 } : { offsetMs: 2_000 }],
    async ({ follow }) => {
      const reading = await follow(3);
      assert.deepEqual([reading?.askedCount, reading?.answeredCount], [3, 2]);
      assert.ok(isNear(reading, 2_000));
    },
    { ...ONCE, answerMs: 400, sampleEveryMs: 60 },
  ));

test("ClockWatch has no figures of a server that is silent, or can't be found", () =>
  beside(
    () => "silence",
    async ({ follow, set }) => {
      const silent = { askedCount: 3, answeredCount: 0, figures: null };
      assert.deepEqual(await follow(3), silent);
      set.monotonicMs += MINUTE_MS;
      const nowhere: ResolveHost = () => ({
        kind: "failed",
        outcome: "dns_not_found",
        dnsTimeMs: null,
      });
      assert.deepEqual(await follow(3, nowhere), silent);
    },
    { ...ONCE, answerMs: 20 },
  ));

test("ClockWatch does not wait for a look-up that never ends", () =>
  beside(
    () => [{}],
    async ({ watch, server }) => {
      const end = new AbortController();
      const following = watch.follow(() => new Promise(() => undefined), end.signal);
      await systemClock.sleep(10);
      end.abort();
      await following;
      assert.equal(server.questions.length, 0);
      assert.equal(watch.reading(), null);
    },
  ));

test("ClockWatch means the polls of a minute", () =>
  beside(
    (question) => [{ offsetMs: question < 3 ? 1_000 : 3_000 }],
    async ({ follow }) => {
      const reading = await follow(6);
      assert.equal(reading?.answeredCount, 6);
      assert.ok(isNear(reading, 2_000));
    },
    QUICK,
  ));

test("ClockWatch asks no more often for several shards, nor for a term that follows soon", () =>
  beside(
    () => [{}],
    async ({ watch, server, follow }) => {
      const ends = [new AbortController(), new AbortController()];
      const shards = ends.map(({ signal }) => watch.follow(TO_LOOPBACK, signal));
      await follow(3);
      await systemClock.sleep(20);
      for (const end of ends) end.abort();
      await Promise.all(shards);
      await follow(3);
      assert.equal(server.questions.length, 3);
    },
  ));

for (const which of ["wallMs", "monotonicMs"] as const)
  test(`ClockWatch forgets what is older than a minute by its ${which}, and asks anew`, () =>
    beside(
      () => [{}],
      async ({ watch, server, set, follow }) => {
        await follow(3);
        set[which] += MINUTE_MS;
        assert.equal(watch.reading(), null);
        await follow(3);
        assert.equal(server.questions.length, 6);
      },
    ));

for (const byMs of [10_000, -10_000, 600, -600])
  test(`ClockWatch forgets what it knew when the clock is set by ${byMs} ms, and asks at once`, () =>
    beside(
      () => [{}],
      async ({ watch, set, follow }) => {
        assert.ok(isNear(await follow(3), 0));
        set.wallMs += byMs;
        assert.equal(watch.reading(), null);
        assert.ok(isNear(await follow(3), -byMs));
      },
    ));

test("ClockWatch keeps what it knew of a clock that is only slewed", () =>
  beside(
    () => [{}],
    async ({ watch, set, follow }) => {
      const reading = await follow(3);
      set.wallMs += 100;
      assert.deepEqual(watch.reading(), reading);
    },
  ));

test("ClockWatch forgets what it knew when the clock is set back by minutes", () =>
  beside(
    () => [{}],
    async ({ watch, set, follow }) => {
      await follow(3);
      set.wallMs -= 2 * MINUTE_MS;
      assert.equal(watch.reading(), null);
      assert.ok(isNear(await follow(3), 2 * MINUTE_MS));
    },
  ));

test("ClockWatch leaves a server alone that asks for it, for a quarter of an hour", () =>
  beside(
    () => [{ stratum: 0, code: "RATE" }],
    async ({ watch, server, set, follow }) => {
      const reading = await follow(1);
      assert.deepEqual(reading, { askedCount: 1, answeredCount: 0, figures: null });
      assert.equal(watch.kiss, "RATE");
      set.monotonicMs += 14 * MINUTE_MS;
      await watch.follow(TO_LOOPBACK, new AbortController().signal);
      assert.equal(server.questions.length, 1);
      set.monotonicMs += MINUTE_MS;
      assert.equal(watch.kiss, null);
      await follow(1);
      assert.equal(server.questions.length, 2);
    },
  ));

test("ClockWatch asks no further question when the term ends", () =>
  beside(
    () => [{}],
    async ({ server, follow }) => {
      await follow(1);
      await systemClock.sleep(30);
      assert.equal(server.questions.length, 1);
    },
    { ...ONCE, sampleEveryMs: 500 },
  ));
