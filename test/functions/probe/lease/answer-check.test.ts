import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkTarget } from "../../../../functions/probe/check/check.ts";
import { answerCheck } from "../../../../functions/probe/lease/answer-check.ts";
import { needsOfDeep, type Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import {
  aRig,
  connectBy,
  NOON,
  networkOf,
  openAfter,
  REGION,
  type Rig,
  storedChunks,
  storePlan,
} from "../rig.ts";

const TASK = aTask("asked", { target: { hostname: "host.example", port: 443 } });

async function ask(rig: Rig, asked: unknown, process = rig.startProcess()) {
  let answer: Awaited<ReturnType<typeof answerCheck>> | null = null;
  await rig.clock.run(
    answerCheck(asked, process, checkTarget).then((given) => {
      answer = given;
    }),
  );
  assert.ok(answer !== null);
  return answer as Awaited<ReturnType<typeof answerCheck>>;
}

async function recordOf(rig: Rig, task: Task, process = rig.startProcess()) {
  const answer = await ask(rig, { id: "c1", task }, process);
  assert.ok("record" in answer, JSON.stringify(answer));
  return answer.record;
}

async function errorOf(asked: unknown): Promise<string> {
  const rig = aRig();
  const dialled: unknown[] = [];
  const openNetwork = () =>
    networkOf(
      connectBy(async (request) => {
        dialled.push(request);
        return null;
      }),
    );
  const answer = await ask(rig, asked, rig.startProcess({ openNetwork }));
  assert.ok("error" in answer);
  assert.equal(answer.region, REGION);
  assert.deepEqual(dialled, []);
  return answer.error;
}

describe("answerCheck", () => {
  it("answers with the record of one check", async () => {
    const rig = aRig();
    const record = await recordOf(rig, TASK);
    const { success, region, address, connect_time_ms, timestamp, recheck, attempts } = record;
    assert.deepEqual(
      { success, region, address, connect_time_ms, timestamp, recheck, attempts },
      {
        success: true,
        region: REGION,
        address: "1.1.1.1",
        connect_time_ms: 20,
        timestamp: NOON / 1_000,
        recheck: false,
        attempts: 1,
      },
    );
  });

  it("stores nothing, moves no lease, announces nothing, and tells home nothing", async () => {
    const rig = aRig();
    await storePlan(rig, [TASK], { alertDefaults: {} });
    await recordOf(rig, TASK);
    assert.deepEqual(await storedChunks(rig), []);
    assert.equal(await rig.leases.readLease(0), null);
    assert.deepEqual([rig.announced, rig.stored, rig.hints], [[], [], []]);
    assert.deepEqual(rig.lines, [
      { function: "probe", region: REGION, metrics: {}, check: "c1", outcome: "open" },
    ]);
  });

  it("makes a failed check neither again nor in other attempts, and keeps nothing of its health", async () => {
    const rig = aRig();
    let count = 0;
    const refusing = connectBy(async () => {
      count++;
      return { kind: "failed", code: "ECONNREFUSED" };
    });
    const process = rig.startProcess({ openNetwork: () => networkOf(refusing) });
    const retry = { maxAttempts: 5, initialBackoffMs: 100, multiplier: 2, maxBackoffMs: 1_000 };
    const deep = { retry: { ...retry, jitter: 0 } };
    const task = aTask("asked", { ...deep, ...needsOfDeep(deep) });
    const record = await recordOf(rig, task, process);
    assert.deepEqual([record.success, record.error_kind, count], [false, "refused", 1]);
    assert.equal(process.warm.health.isQuiet("asked"), true);
  });

  it("connects to no private address, by a name or by itself", async () => {
    const inside: Rig = aRig();
    const openNetwork = () => ({
      ...networkOf(openAfter(inside.clock, 20)),
      resolve: async () =>
        ({ kind: "resolved", addresses: ["10.0.0.1"], dnsTimeMs: null }) as const,
    });
    const named = await recordOf(inside, TASK, inside.startProcess({ openNetwork }));
    assert.equal(named.error_kind, "blocked");
    const literal = aTask("asked", { target: { hostname: "169.254.169.254", port: 80 } });
    const own = await recordOf(inside, literal, inside.startProcess({ openNetwork }));
    assert.deepEqual([own.success, own.error_kind], [false, "unsupported"]);
  });

  it("takes the tokens of its destination", async () => {
    const rig = aRig();
    const process = rig.startProcess();
    const limit = { rateLimit: { bucketSize: 1, refillRate: 0.1 } };
    const task = { ...TASK, ...limit, ...needsOfDeep(limit) };
    assert.equal((await recordOf(rig, task, process)).success, true);
    assert.equal((await recordOf(rig, task, process)).error_kind, "rate_limited");
  });

  it("ends with an error if the process is to end, or the check does not end by itself", async () => {
    const rig = aRig();
    const stopped = rig.startProcess({ stop: AbortSignal.abort() });
    const late = { region: REGION, error: "The check could not be made in time" };
    assert.deepEqual(await ask(rig, { id: "c1", task: TASK }, stopped), late);
    const hanging = connectBy(
      (_, signal) => new Promise((end) => signal.addEventListener("abort", () => end(null))),
    );
    const process = rig.startProcess({ openNetwork: () => networkOf(hanging) });
    assert.deepEqual(await ask(rig, { id: "c1", task: TASK }, process), late);
    assert.ok(rig.clock.now() - NOON < 30_000);
  });
});

describe("readAskedCheck", () => {
  const greeting = { greeting: "ssh" } as const;
  const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
    ["nothing", undefined, /^The check's id must be a text/],
    ["null", null, /^The check's id/],
    ["a text", "check", /^The check's id/],
    ["an empty id", { id: "", task: TASK }, /^The check's id/],
    ["a long id", { id: "x".repeat(65), task: TASK }, /^The check's id/],
    ["no task", { id: "c1" }, /^The task has a wrong name$/],
    ["a task that is a list", { id: "c1", task: [] }, /^The task has a wrong name$/],
    ["a task that is a function", { id: "c1", task: () => TASK }, /^The task has a wrong /],
    ["a huge task", { id: "c1", task: { ...TASK, x: "x".repeat(65_536) } }, /at most 65536 bytes$/],
    ["a field of another type", aWrong({ target: "host:1" }), /^The task has a wrong target$/],
    ["port 0", aWrong({ target: { hostname: "a", port: 0 } }), /wrong port$/],
    ["a port above all", aWrong({ target: { hostname: "a", port: 65_536 } }), /wrong port$/],
    ["no host name", aWrong({ target: { hostname: "", port: 1 } }), /wrong hostname$/],
    [
      "a host name that is too long, and a timeout",
      aWrong({ target: { hostname: "a".repeat(254), port: 1 }, timeoutMs: 60_001 }),
      /wrong hostname, timeoutMs$/,
    ],
    ["a disabled task", aWrong({ enabled: false }), /^The task is disabled$/],
    ["a need of a later version", aWrong({ needs: ["quic"] }), /lacks quic: deploy a newer one$/],
    ["a greeting that it does not need", aWrong(greeting), /^The task has a wrong needs$/],
    ["a need without its field", aWrong(needsOfDeep(greeting)), /^The task has a wrong needs$/],
    ["needs that are no list", aWrong({ needs: "tls" }), /^The task has a wrong needs$/],
  ];
  for (const [what, asked, error] of REFUSED)
    it(`refuses ${what}, and connects to nothing`, async () =>
      assert.match(await errorOf(asked), error));
});

function aWrong(different: object) {
  return { id: "c1", task: { ...TASK, ...different } };
}
