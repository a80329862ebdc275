import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StartPacer } from "../../../../functions/probe/admit/admit.ts";
import { NO_LIMITS } from "../../../../functions/probe/check/no-limits.ts";
import type { CheckObserver, Network } from "../../../../functions/probe/check/services.ts";
import { checkTarget, startCheck } from "../../../../functions/probe/check/start-check.ts";
import type { ConnectResult, Handshake } from "../../../../functions/probe/socket/socket.ts";
import { NO_FIGURES, NO_MARKS } from "../../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { addressRules } from "../../../../shared/vet/vet.ts";
import { aTask } from "../../../fakes/results.ts";
import { aRig, connectBy, networkOf } from "../rig.ts";

const REFUSED: ConnectResult = { kind: "failed", code: "ECONNREFUSED" };

function open(connectTimeMs: number, different: Partial<Handshake> = {}): ConnectResult {
  const usual = { timing: "kernel", synRetransmits: 0, suspect: false } as const;
  const handshake = { connectTimeMs, elapsedMs: connectTimeMs, ...usual, ...different };
  return { kind: "open", handshake };
}

/** Checks a target that answers each connect with the next of these, `tookMs` later. */
async function check(answers: readonly (ConnectResult | null)[], tookMs = 20) {
  const rig = aRig();
  const services = rig.startProcess();
  const network = networkOf(
    connectBy(async () => {
      await rig.clock.sleep(tookMs);
      const answer = answers[connectCount++];
      assert.ok(answer !== undefined, "one connect too many");
      return answer;
    }),
  );
  let connectCount = 0;
  const input = { task: aTask("t"), taskIndex: 0, slotAtMs: rig.clock.now() };
  const observer = new Observed();
  const { signal } = new AbortController();
  const { pacer } = services;
  const result = await rig.clock.run(
    checkTarget(input, {
      ...services,
      admission: pacer,
      limiter: NO_LIMITS,
      observer,
      network,
      signal,
    }),
  );
  assert.equal(pacer.openCount, 0);
  return { result, connectCount, observer };
}

/** What an observer was told. */
class Observed implements CheckObserver {
  readonly waitedMs: number[] = [];
  readonly faults: unknown[] = [];
  remeasuredCount = 0;

  noteGrant(waitedMs: number): void {
    this.waitedMs.push(waitedMs);
  }

  noteRemeasured(): void {
    this.remeasuredCount++;
  }

  noteProberFault(fault: unknown): void {
    this.faults.push(fault);
  }
}

describe("checkTarget", () => {
  const suspect = open(90, { suspect: true });
  const CASES = [
    ["takes a figure that is not in doubt", [open(20)], 20, false],
    ["measures again what is in doubt", [suspect, open(20)], 20, false],
    ["measures twice more, no oftener", [suspect, suspect, open(88, { suspect: true })], 88, true],
    ["does not take an open port for refused on a second look", [suspect, REFUSED], 90, true],
    ["keeps what it has when it is stopped meanwhile", [suspect, null], 90, true],
    [
      "tells of a lost SYN, which it would not see again",
      [open(1_020, { suspect: true, synRetransmits: 1 })],
      1_020,
      true,
    ],
  ] as const;
  for (const [what, answers, connectTimeMs, suspect] of CASES)
    it(what, async () => {
      const { result, connectCount, observer } = await check(answers);
      assert.equal(result?.outcome, "open");
      assert.equal(result.connectTimeMs, connectTimeMs);
      assert.equal(result.suspect, suspect);
      assert.equal(connectCount, answers.length);
      const complete = answers.filter((answer) => answer !== null);
      assert.equal(observer.remeasuredCount, complete.length - 1);
    });

  it("is unsupported at once, and asks for nothing, if the task needs what this version lacks", async () => {
    const rig = aRig();
    const unused = () => assert.fail("it has nothing to do with the network");
    const network = { resolve: unused, connect: unused, close: unused };
    const pacer = new StartPacer(rig.clock, 1);
    pacer.acquire = unused;
    const task: Task = { ...aTask("t"), needs: ["something of tomorrow"] };
    const input = { task, taskIndex: 3, slotAtMs: rig.clock.now() - 5 };
    const { signal } = new AbortController();
    const services = {
      ...rig.startProcess(),
      admission: pacer,
      limiter: NO_LIMITS,
      network,
      signal,
    };
    const checked: unknown[] = [];
    startCheck(
      input,
      { ...services, observer: new Observed() },
      {
        checked: (_, result) => checked.push(result),
        broke: (fault) => assert.fail(String(fault)),
      },
    );
    assert.deepEqual(checked, [
      {
        taskIndex: 3,
        slotAtMs: input.slotAtMs,
        startedAtMs: rig.clock.now(),
        outcome: "unsupported",
        expect: "open",
        ...NO_FIGURES,
        ...NO_MARKS,
        address: null,
        timing: "user",
        suspect: false,
      },
    ]);
  });

  /** Checks a name of two families, whose addresses answer in turn, each 20 ms later. */
  async function checkBoth(answers: readonly (ConnectResult | null)[], cidrs: readonly string[]) {
    const rig = aRig();
    const services = { ...rig.startProcess(), rules: addressRules(cidrs) };
    const tried: [address: string, timeoutMs: number][] = [];
    const network: Network = {
      ...networkOf(
        connectBy(async ({ address, timeoutMs }) => {
          const answer = answers[tried.push([address, timeoutMs]) - 1];
          await rig.clock.sleep(20);
          assert.ok(answer !== undefined, "one connect too many");
          return answer;
        }),
      ),
      resolve: () => ({
        kind: "resolved",
        addresses: ["127.0.0.1", "127.0.0.2"],
        otherFamily: ["::1", "::2"],
        dnsTimeMs: null,
      }),
    };
    const input = { task: aTask("t"), taskIndex: 0, slotAtMs: rig.clock.now() };
    const { signal } = new AbortController();
    const { pacer } = services;
    const observer = new Observed();
    const result = await rig.clock.run(
      checkTarget(input, {
        ...services,
        admission: pacer,
        limiter: NO_LIMITS,
        observer,
        network,
        signal,
      }),
    );
    assert.equal(pacer.openCount, 0);
    return { result, tried, slotAtMs: input.slotAtMs };
  }

  const UNREACHABLE: ConnectResult = { kind: "failed", code: "EHOSTUNREACH" };
  const TIMEOUT: ConnectResult = { kind: "failed", code: "ETIMEDOUT" };
  const LOOPBACK = ["127.0.0.0/8", "::1/128"];
  const V4 = ["127.0.0.1", 5_000] as const;
  const V6 = ["::1", 4_980] as const;
  const FAMILIES = [
    ["goes on after a refusal", [REFUSED, open(7)], LOOPBACK, [V4, V6], ["open", "::1", 7]],
    ["goes on if unreachable", [UNREACHABLE, open(7)], LOOPBACK, [V4, V6], ["open", "::1", 7]],
    ["stays with what is open", [open(7)], LOOPBACK, [V4], ["open", "127.0.0.1", 7]],
    ["has no time left after a timeout", [TIMEOUT], LOOPBACK, [V4], ["timeout", "127.0.0.1", null]],
    [
      "says what the first answered if none is open",
      [REFUSED, UNREACHABLE],
      LOOPBACK,
      [V4, V6],
      ["refused", "127.0.0.1", null],
    ],
    [
      "says what the first answered if the other is silent",
      [REFUSED, TIMEOUT],
      LOOPBACK,
      [V4, V6],
      ["refused", "127.0.0.1", null],
    ],
    [
      "tries none that is not allowed",
      [REFUSED],
      ["127.0.0.0/8"],
      [V4],
      ["refused", "127.0.0.1", null],
    ],
    [
      "measures the open one again",
      [REFUSED, suspect, open(8)],
      LOOPBACK,
      [V4, V6, V6],
      ["open", "::1", 8],
    ],
  ] as const;
  for (const [what, answers, cidrs, expectedTries, [outcome, address, connectTimeMs]] of FAMILIES)
    it(`${what}, with a name of two families`, async () => {
      const { result, tried, slotAtMs } = await checkBoth(answers, cidrs);
      assert.deepEqual(tried, expectedTries);
      assert.equal(result?.outcome, outcome);
      assert.equal(result.address, address);
      assert.equal(result.connectTimeMs, connectTimeMs);
      assert.equal(result.startedAtMs, slotAtMs);
    });

  it("has no result if it is stopped while it tries the other family", async () => {
    assert.equal((await checkBoth([REFUSED, null], LOOPBACK)).result, null);
  });

  it("keeps the start of its first look", async () => {
    const { result } = await check([suspect, open(20)]);
    assert.equal(result?.startedAtMs, result?.slotAtMs);
  });

  it("does not measure again once the slot's slack is over", async () => {
    const { result, connectCount } = await check([suspect], SLOT_SLACK_MS + 1);
    assert.equal(result?.suspect, true);
    assert.equal(connectCount, 1);
  });
});
