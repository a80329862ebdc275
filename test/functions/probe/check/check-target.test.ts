import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkTarget, startCheck } from "../../../../functions/probe/check/check-target.ts";
import { RunTally } from "../../../../functions/probe/lease/lease.ts";
import { StartPacer } from "../../../../functions/probe/pace/pace.ts";
import type { Connection, Handshake } from "../../../../functions/probe/socket/socket.ts";
import { SLOT_SLACK_MS } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import { aRig, connectBy, networkOf } from "../rig.ts";

const REFUSED: Connection = { kind: "failed", code: "ECONNREFUSED" };

function open(connectTimeMs: number, different: Partial<Handshake> = {}): Connection {
  const usual = { timing: "kernel", synRetransmits: 0, suspect: false } as const;
  const handshake = { connectTimeMs, elapsedMs: connectTimeMs, ...usual, ...different };
  return { kind: "open", handshake };
}

/** Checks a target that answers each connect with the next of these, `tookMs` later. */
async function check(answers: readonly (Connection | null)[], tookMs = 20) {
  const rig = aRig();
  const services = rig.startProcess();
  const tally = new RunTally(false, 0);
  const network = networkOf(
    connectBy(async () => {
      await rig.clock.sleep(tookMs);
      const answer = answers[connectCount++];
      assert.ok(answer !== undefined, "one connect too many");
      return answer;
    }),
  );
  let connectCount = 0;
  const due = { task: aTask("t"), taskIndex: 0, slotAtMs: rig.clock.now() };
  const { signal } = new AbortController();
  const tools = { ...services, network, tally, signal };
  const result = await rig.clock.run(checkTarget(due, tools));
  assert.equal(services.pacer.openCount, 0);
  return { result, connectCount, notes: tally.takeNotes(0) };
}

describe("checkTarget", () => {
  const doubtful = open(90, { suspect: true });
  const CASES = [
    ["takes a figure that is not in doubt", [open(20)], 20, false],
    ["measures again what is in doubt", [doubtful, open(20)], 20, false],
    [
      "measures twice more, no oftener",
      [doubtful, doubtful, open(88, { suspect: true })],
      88,
      true,
    ],
    ["does not take an open port for refused on a second look", [doubtful, REFUSED], 90, true],
    ["keeps what it has when it is stopped meanwhile", [doubtful, null], 90, true],
    [
      "tells of a lost SYN, which it would not see again",
      [open(1_020, { suspect: true, synRetransmits: 1 })],
      1_020,
      true,
    ],
  ] as const;
  for (const [what, answers, connectTimeMs, suspect] of CASES)
    it(what, async () => {
      const { result, connectCount, notes } = await check(answers);
      assert.equal(result?.outcome, "open");
      assert.equal(result.connectTimeMs, connectTimeMs);
      assert.equal(result.suspect, suspect);
      assert.equal(connectCount, answers.length);
      const complete = answers.filter((answer) => answer !== null);
      assert.equal(notes.remeasuredCount, complete.length - 1);
    });

  it("is unsupported at once, and asks for nothing, if the task needs what this version lacks", async () => {
    const rig = aRig();
    const unused = () => assert.fail("it has nothing to do with the network");
    const network = { resolve: unused, connect: unused, close: unused };
    const pacer = new StartPacer(rig.clock, 1);
    pacer.giveTurn = unused;
    const tally = new RunTally(false, 0);
    const task: Task = { ...aTask("t"), needs: ["something of tomorrow"] };
    const due = { task, taskIndex: 3, slotAtMs: rig.clock.now() - 5 };
    const { signal } = new AbortController();
    const tools = { ...rig.startProcess({ pacer }), network, tally, signal };
    const checked: unknown[] = [];
    startCheck(due, tools, {
      checked: (_, result) => checked.push(result),
      broke: (fault) => assert.fail(String(fault)),
    });
    assert.deepEqual(checked, [
      {
        taskIndex: 3,
        slotAtMs: due.slotAtMs,
        startedAtMs: rig.clock.now(),
        outcome: "unsupported",
        expect: "open",
        connectTimeMs: null,
        elapsedMs: null,
        dnsTimeMs: null,
        address: null,
        timing: "user",
        synRetransmits: 0,
        suspect: false,
      },
    ]);
  });

  it("keeps the start of its first look", async () => {
    const { result } = await check([doubtful, open(20)]);
    assert.equal(result?.startedAtMs, result?.slotAtMs);
  });

  it("does not measure again once the slot's slack is over", async () => {
    const { result, connectCount } = await check([doubtful], SLOT_SLACK_MS + 1);
    assert.equal(result?.suspect, true);
    assert.equal(connectCount, 1);
  });
});
