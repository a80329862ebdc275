import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toRawMetric } from "../../../../shared/result/result.ts";
import type { RetrySettings } from "../../../../shared/task/task.ts";
import { aDeepTask, checkInLayers, fails, opens, SILENT } from "./layers-rig.ts";

const RETRY: RetrySettings = {
  maxAttempts: 3,
  initialBackoffMs: 100,
  multiplier: 2,
  maxBackoffMs: 30_000,
  jitter: 0,
};
const REFUSED = fails("ECONNREFUSED", 10);

describe("a check with retry", () => {
  it("is one attempt and says nothing of others if that passes", async () => {
    const { result, connects } = await checkInLayers({
      deep: { retry: RETRY },
      answer: () => opens(10),
    });
    assert.equal(connects.length, 1);
    assert.equal(result?.retryCount, 0);
    assert.equal(result?.detail, null);
  });

  it("passes at the second attempt, and says so", async () => {
    const { result, connects, slotAtMs } = await checkInLayers({
      deep: { retry: RETRY },
      answer: (_, at) => (at === 0 ? REFUSED : opens(12)),
    });
    assert.ok(result !== null);
    assert.deepEqual(
      connects.map(({ atMs }) => atMs),
      [0, 110],
    );
    assert.equal(result.outcome, "open");
    assert.equal(result.connectTimeMs, 12);
    assert.equal(result.slotAtMs, slotAtMs);
    assert.equal(result.startedAtMs, slotAtMs + 110);
    const { success, attempts, detail } = toRawMetric("r", aDeepTask({ retry: RETRY }), result);
    assert.deepEqual(
      { success, attempts, detail },
      { success: true, attempts: 2, detail: { retried: ["refused"] } },
    );
  });

  it("is the last attempt's result if each fails, with why the others did", async () => {
    const { result, connects } = await checkInLayers({
      deep: { retry: RETRY },
      answer: (_, at) =>
        [REFUSED, fails("ECONNRESET", 10), fails("EHOSTUNREACH", 10)][at] ?? REFUSED,
    });
    assert.deepEqual(
      connects.map(({ atMs }) => atMs),
      [0, 110, 320],
    );
    assert.equal(result?.outcome, "unreachable");
    assert.equal(result.retryCount, 2);
    assert.deepEqual(result.detail, { retried: ["refused", "reset"] });
  });

  it("gives each handshake the time of a connect, if its task limits that", async () => {
    const { connects } = await checkInLayers({
      deep: { retry: RETRY, phaseTimeouts: { connectMs: 700 } },
      answer: (_, at) => (at === 0 ? REFUSED : opens(12)),
    });
    assert.deepEqual(
      connects.map(({ timeoutMs, connectTimeoutMs }) => [timeoutMs, connectTimeoutMs]),
      [
        [5_000, 700],
        [5_000, 700],
      ],
    );
  });

  it("is not made again as a recheck", async () => {
    const { result, connects } = await checkInLayers({
      deep: { retry: RETRY },
      input: { isRecheck: true },
      answer: () => REFUSED,
    });
    assert.equal(connects.length, 1);
    assert.equal(result?.retryCount, 0);
  });

  it("is not made again for what this machine can't do", async () => {
    const { result, connects } = await checkInLayers({
      deep: { retry: RETRY },
      answer: () => fails("EMFILE", 1),
    });
    assert.equal(connects.length, 1);
    assert.equal(result?.outcome, "internal");
  });

  it("keeps the failure if a later attempt says nothing of the target", async () => {
    const { result, connects } = await checkInLayers({
      deep: { retry: RETRY },
      answer: (_, at) => (at === 0 ? REFUSED : fails("EMFILE", 1)),
    });
    assert.equal(connects.length, 2);
    assert.equal(result?.outcome, "refused");
    assert.equal(result.retryCount, 0);
    assert.equal(result.detail, null);
  });

  it("is made again if a port is open that should be closed", async () => {
    const { result } = await checkInLayers({
      deep: { retry: RETRY },
      task: { expect: "closed" },
      answer: (_, at) => (at === 0 ? opens(5) : REFUSED),
    });
    assert.equal(result?.outcome, "refused");
    assert.deepEqual(result.detail, { retried: ["unexpected_open"] });
  });

  it("gives an attempt up when the slot ends, and keeps the one before", async () => {
    const { result, endedAtMs } = await checkInLayers({
      deep: { retry: { ...RETRY, initialBackoffMs: 500 } },
      task: { scheduleMs: 5_000, timeoutMs: 5_000 },
      answer: (_, at) => (at === 0 ? REFUSED : SILENT),
    });
    assert.equal(endedAtMs, 5_000);
    assert.equal(result?.outcome, "refused");
    assert.equal(result.retryCount, 0);
  });

  it("makes no attempt that the slot has no room for", async () => {
    const { connects, endedAtMs } = await checkInLayers({
      deep: { retry: { ...RETRY, initialBackoffMs: 4_500 } },
      task: { scheduleMs: 5_000 },
      answer: () => REFUSED,
    });
    assert.equal(connects.length, 1);
    assert.equal(endedAtMs, 10);
  });

  it("ends a minute after its slot at the latest", async () => {
    const { connects, endedAtMs } = await checkInLayers({
      deep: { retry: { ...RETRY, maxAttempts: 10, initialBackoffMs: 10_000, multiplier: 1 } },
      task: { scheduleMs: 3_600_000 },
      answer: () => fails("ECONNREFUSED", 0),
    });
    assert.equal(endedAtMs, 50_000);
    assert.equal(connects.length, 6);
  });

  it("ends its pause when the probe stops, with the failure that it has", async () => {
    const { result, connects, endedAtMs } = await checkInLayers({
      deep: { retry: { ...RETRY, initialBackoffMs: 20_000 } },
      answer: () => REFUSED,
      meanwhile: async ({ stop, sleep }) => {
        await sleep(1_000);
        stop();
      },
    });
    assert.equal(endedAtMs, 1_000);
    assert.equal(connects.length, 1);
    assert.equal(result?.outcome, "refused");
  });

  it("asks name servers again only if they gave no address", async () => {
    const { result, wishes } = await checkInLayers({
      deep: { retry: RETRY },
      resolution: (asked) =>
        asked === 0
          ? { kind: "failed", outcome: "dns_not_found", dnsTimeMs: 1 }
          : { kind: "resolved", addresses: ["127.0.0.1"], dnsTimeMs: null },
      answer: (_, at) => (at === 0 ? REFUSED : opens(5)),
    });
    assert.deepEqual(wishes, [undefined, { anew: true }, undefined]);
    assert.deepEqual(result?.detail, { retried: ["dns_not_found", "refused"] });
  });

  it("counts the bytes of all attempts", async () => {
    let made = 0;
    const figures = { sentBytes: 7, receivedBytes: 11, sentMessages: 1, receivedMessages: 2 };
    const { result } = await checkInLayers({
      deep: { retry: RETRY, greeting: "ssh" },
      answer: () => opens(5),
      prober: () =>
        made++ === 0
          ? { outcome: "no_answer", figures, detail: { failedPhase: "greeting" } }
          : { outcome: "open", figures },
    });
    assert.deepEqual(result?.detail, { retried: ["no_answer"] });
    const { sentBytes, receivedBytes, sentMessages, receivedMessages } = result;
    assert.deepEqual([sentBytes, receivedBytes, sentMessages, receivedMessages], [14, 22, 2, 4]);
  });
});
