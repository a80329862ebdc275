import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProbeFacts } from "../../../../functions/probe/probers/probers.ts";
import type { Dialogue } from "../../../../shared/task/task.ts";
import { checkInLayers, fails, opens, SILENT } from "./layers-rig.ts";

const DIALOGUE: Dialogue = { steps: [], reconnectOnHex: "ff" };
const ELSEWHERE: ProbeFacts = {
  outcome: "unexpected_answer",
  detail: { failedPhase: "dialogue" },
  figures: { receivedBytes: 3, receivedMessages: 1 },
  sentElsewhere: true,
};
const PASSED: ProbeFacts = { outcome: "open", figures: { receivedBytes: 5, dialogueTimeMs: 4 } };

/** A prober that is sent elsewhere so often first. */
function sentElsewhere(times: number) {
  let asked = 0;
  return () => (asked++ < times ? ELSEWHERE : PASSED);
}

describe("a check that its server sends elsewhere", () => {
  it("looks the name up anew and connects to where it leads then", async () => {
    const { result, connects, wishes, slotAtMs } = await checkInLayers({
      deep: { dialogue: DIALOGUE },
      resolution: (asked) => ({
        kind: "resolved",
        addresses: [asked === 0 ? "127.0.0.1" : "127.0.0.2"],
        dnsTimeMs: null,
      }),
      answer: () => opens(20),
      prober: sentElsewhere(1),
    });
    assert.ok(result !== null);
    assert.deepEqual(wishes, [undefined, { anew: true }]);
    assert.deepEqual(connects, [
      { address: "127.0.0.1", timeoutMs: 5_000, atMs: 0 },
      { address: "127.0.0.2", timeoutMs: 4_980, atMs: 20 },
    ]);
    assert.equal(result.outcome, "open");
    assert.equal(result.address, "127.0.0.2");
    assert.equal(result.reconnectCount, 1);
    assert.equal(result.receivedBytes, 8);
    assert.equal(result.dialogueTimeMs, 4);
    assert.equal(result.startedAtMs, slotAtMs);
    assert.equal(result.detail, null);
  });

  const LIMITS = [
    ["three times, unless the task says otherwise", DIALOGUE, 3],
    ["as often as the task says", { ...DIALOGUE, maxReconnects: 1 }, 1],
    ["never, if the task says so", { ...DIALOGUE, maxReconnects: 0 }, 0],
  ] as const;
  for (const [what, dialogue, most] of LIMITS)
    it(`connects again ${what}`, async () => {
      const passing = await checkInLayers({
        deep: { dialogue },
        answer: () => opens(20),
        prober: sentElsewhere(most),
      });
      assert.equal(passing.result?.outcome, "open");
      assert.equal(passing.result.reconnectCount, most);
      const { result, connects } = await checkInLayers({
        deep: { dialogue },
        answer: () => opens(20),
        prober: sentElsewhere(most + 1),
      });
      assert.equal(connects.length, most + 1);
      assert.equal(result?.outcome, "unexpected_answer");
      assert.equal(result.errorCode, "TOO_MANY_RECONNECTS");
      assert.equal(result.reconnectCount, most);
      assert.deepEqual(result.detail, { failedPhase: "dialogue" });
    });

  it("has one timeout for all its connections", async () => {
    const { result, connects, endedAtMs } = await checkInLayers({
      deep: { dialogue: DIALOGUE },
      answer: (_, at) => (at === 0 ? opens(3_000) : SILENT),
      prober: sentElsewhere(1),
    });
    assert.deepEqual(
      connects.map(({ timeoutMs }) => timeoutMs),
      [5_000, 2_000],
    );
    assert.equal(endedAtMs, 5_000);
    assert.equal(result?.outcome, "timeout");
    assert.equal(result.reconnectCount, 1);
  });

  it("fails as the next connect does", async () => {
    const { result } = await checkInLayers({
      deep: { dialogue: DIALOGUE },
      answer: (_, at) => (at === 0 ? opens(3) : fails("ECONNREFUSED", 1)),
      prober: sentElsewhere(1),
    });
    assert.equal(result?.outcome, "refused");
    assert.equal(result.reconnectCount, 1);
  });

  it("is not late, however late in its slot it is sent elsewhere", async () => {
    const { result } = await checkInLayers({
      deep: { dialogue: DIALOGUE },
      task: { timeoutMs: 30_000 },
      answer: () => opens(9_000),
      prober: sentElsewhere(2),
    });
    assert.equal(result?.outcome, "open");
    assert.equal(result.reconnectCount, 2);
  });

  it("goes on as it is if its task knows no such bytes", async () => {
    const { result, connects } = await checkInLayers({
      deep: { dialogue: { steps: [] } },
      answer: () => opens(5),
      prober: () => ELSEWHERE,
    });
    assert.equal(connects.length, 1);
    assert.equal(result?.outcome, "unexpected_answer");
    assert.equal(result.errorCode, null);
  });
});
