import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import type { ChunkItem } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { AgentFiles } from "../../../local/agent/agent-files.ts";
import { joinLease } from "../../../local/agent/join-lease.ts";
import { KeptLeases } from "../../../local/agent/kept-leases.ts";
import { keepPlans } from "../../../local/agent/kept-plans.ts";
import { Reach } from "../../../local/agent/reach.ts";
import { Spool } from "../../../local/agent/spool.ts";
import { isWell } from "../../../local/agent/status.ts";
import { bundleOf, encodeBundle } from "../../../shared/plan/plan.ts";
import { type Lease, type LeaseRun, nextLease } from "../../../shared/slot/slot.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { FakeLeaseStore, FakePlanStore, readableLease } from "../../fakes/stores.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const NOON: EpochMs = 1_772_366_400_000;
const PLAN = { bundle: "b", staggerPermille: 0 };

const dirs: string[] = [];
after(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
});

async function newFiles(): Promise<AgentFiles> {
  const dir = await mkdtemp(join(tmpdir(), "synfleet-agent-test-"));
  dirs.push(dir);
  return AgentFiles.open(dir);
}

function run(fromMinute: number, toMinute: number, bundle = "b"): LeaseRun {
  return {
    fromMs: NOON + fromMinute * MINUTE_MS,
    toMs: NOON + toMinute * MINUTE_MS,
    staggerPermille: 0,
    bundle,
  };
}

function leaseOf(...runs: LeaseRun[]): Lease {
  return { claimedToMs: runs.at(-1)?.toMs ?? 0, runs };
}

const minutes = (lost: ReadonlySet<EpochMs>) => [...lost].map((at) => (at - NOON) / MINUTE_MS);

describe("joinLease", () => {
  const at = (minute: number) => NOON + minute * MINUTE_MS;
  const local = (lease: Lease, from: number, doubtful: readonly number[] = []) => ({
    lease,
    fromMs: at(from),
    doubtful: doubtful.map(at),
  });
  const cases: readonly [string, Lease, ReturnType<typeof local>, Lease, number[]][] = [
    ["goes on", leaseOf(run(0, 2)), local(leaseOf(run(0, 5)), 2), leaseOf(run(0, 5)), []],
    [
      "leaves to a rival what it claimed",
      leaseOf(run(0, 4)),
      local(leaseOf(run(0, 6)), 2),
      leaseOf(run(0, 6)),
      [2, 3],
    ],
    [
      "loses a term that a rival claimed in part",
      leaseOf(run(0, 2), run(2.5, 3.5)),
      local(leaseOf(run(0, 6)), 2),
      { claimedToMs: run(0, 6).toMs, runs: [run(0, 2), run(2.5, 3.5), run(4, 6)] },
      [2, 3],
    ],
    [
      "knows its own request again whose answer was lost",
      leaseOf(run(0, 3)),
      local(leaseOf(run(0, 5)), 2, [2]),
      leaseOf(run(0, 5)),
      [],
    ],
    [
      "leaves a doubtful term to a rival that went on from there",
      leaseOf(run(0, 4)),
      local(leaseOf(run(0, 5)), 2, [2]),
      leaseOf(run(0, 5)),
      [2, 3],
    ],
    [
      "knows all its terms again that one request has added, and what it has run since then",
      leaseOf(run(0, 5)),
      local(leaseOf(run(0, 6)), 2, [2, 3, 4]),
      leaseOf(run(0, 6)),
      [],
    ],
    [
      "adds what a request has not added after all, but for what a rival claimed",
      leaseOf(run(0, 3)),
      local(leaseOf(run(0, 6)), 2, [3, 4]),
      leaseOf(run(0, 6)),
      [2],
    ],
    [
      "leaves the newest of doubtful terms to a rival that went on from there",
      leaseOf(run(0, 6)),
      local(leaseOf(run(0, 5)), 2, [2, 3, 4]),
      leaseOf(run(0, 6)),
      [4],
    ],
    [
      "keeps what plan each term had",
      leaseOf(run(0, 2, "a")),
      local(leaseOf(run(0, 2, "a"), run(2, 4)), 2),
      leaseOf(run(0, 2, "a"), run(2, 4)),
      [],
    ],
  ];
  for (const [name, stored, own, lease, lost] of cases) {
    it(name, () => {
      const joined = joinLease(stored, own);
      assert.deepEqual(joined.lease, lease);
      assert.deepEqual(minutes(joined.lost), lost);
    });
  }

  it("never claims a time twice, and loses a term or keeps all of it", () => {
    const lengths = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 4 })),
    );
    const leaseFrom = (steps: readonly [number, number][]): Lease => {
      let at = NOON;
      const runs = steps.map(([gap, terms]) => {
        const fromMs = at + gap * SECOND_MS;
        at = fromMs + terms * MINUTE_MS;
        return { ...PLAN, fromMs, toMs: at };
      });
      return leaseOf(...runs);
    };
    fc.assert(
      fc.property(lengths, lengths, (stored, own) => {
        const held = leaseFrom(stored);
        const lease = leaseFrom(own);
        const joined = joinLease(held, { lease, fromMs: NOON, doubtful: [] });
        joined.lease.runs.forEach(({ fromMs, toMs }, i) => {
          assert.ok(fromMs < toMs && toMs <= (joined.lease.runs[i + 1]?.fromMs ?? Infinity));
        });
        const sum = ({ runs }: Lease) => runs.reduce((ms, r) => ms + r.toMs - r.fromMs, 0);
        const lostMs = joined.lost.size * MINUTE_MS;
        assert.equal(sum(joined.lease), sum(held) + sum(lease) - lostMs);
      }),
    );
  });
});

/** Files take real time, so nothing sleeps beside them. */
function breathless(clock: VirtualClock): Pick<VirtualClock, "now" | "sleep"> {
  return { now: () => clock.now(), sleep: async () => undefined };
}

/** An agent's parts on stores in memory that can be cut off. */
async function anAgent(files: AgentFiles, stored: FakeLeaseStore, clock: VirtualClock) {
  const line = { isCut: false, isDeaf: false };
  const cutting = <A extends unknown[], T>(work: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      if (line.isCut) throw new Error("ECONNREFUSED");
      return work(...args);
    };
  };
  const sent: string[] = [];
  const reach = new Reach(clock, () => undefined);
  const send = cutting(async ({ termFromMs, item }: ChunkItem) => {
    sent.push(`${(termFromMs - NOON) / MINUTE_MS} ${item.sk?.S}`);
  });
  let leases: KeptLeases | null = null;
  const spool: Spool = await Spool.open({
    ...{ files: await AgentFiles.open(join(files.dir, "results")), send },
    clock: breathless(clock),
    isHeld: (shard, termFromMs) => leases?.isLocal(shard, termFromMs) ?? false,
    isAway: () => reach.lost !== null,
    sendFailed: (error) => reach.lose(error),
  });
  leases = await KeptLeases.open({
    ...{ files, reach, now: () => clock.now() },
    stored: {
      readLease: cutting((shard) => stored.readLease(shard)),
      moveLease: cutting(async (shard, held, next) => {
        const move = await stored.moveLease(shard, held, next);
        if (line.isDeaf) throw new Error("ECONNRESET");
        return move;
      }),
    },
    settled: (shard, lost) => spool.drop(shard, lost),
  });
  const own = leases;
  return {
    ...{ line, sent, spool, reach, leases: own },
    /** Acquires the next term as the probe does; null if another one has it. */
    async term(): Promise<EpochMs | null> {
      const held = await own.readLease(0);
      assert.ok(held === null || !("damage" in held));
      const decision = nextLease(held, clock.now(), PLAN);
      if (decision.kind === "duplicate") return null;
      const move = await own.moveLease(0, held, decision.lease);
      return move === "moved" ? decision.term.fromMs : null;
    },
    flush: (termFromMs: EpochMs, part: number) =>
      spool.put({
        ...{ shard: 0, termFromMs, name: String(part) },
        item: { sk: { S: String(part) }, chunk: { B: new Uint8Array([part]) } },
      }),
  };
}

const minutesOf = (lease: Lease | null) =>
  lease?.runs.map((r) => [(r.fromMs - NOON) / MINUTE_MS, (r.toMs - NOON) / MINUTE_MS]);

describe("an agent without AWS", () => {
  it("goes on, and afterwards the lease and the results are as if nothing had been", async () => {
    const clock = new VirtualClock(NOON);
    const stored = new FakeLeaseStore();
    const agent = await anAgent(await newFiles(), stored, clock);
    for (let minute = 0; minute < 70; minute++) {
      agent.line.isCut = minute >= 5 && minute < 65;
      const fromMs = await agent.term();
      assert.equal(fromMs, NOON + minute * MINUTE_MS);
      await agent.flush(fromMs, 0);
      await agent.flush(fromMs, 1);
      if (agent.reach.lost === null) {
        await agent.spool.drain();
      }
      await clock.run(clock.sleep(NOON + (minute + 1) * MINUTE_MS - clock.now()));
    }
    assert.deepEqual(minutesOf(await readableLease(stored, 0)), [[0, 70]]);
    const expected = Array.from({ length: 70 }, (_, m) => [`${m} 0`, `${m} 1`]).flat();
    assert.deepEqual([...agent.sent].sort(), expected.sort());
    assert.equal(agent.spool.counts.waiting, 0);
  });

  it("loses and doubles nothing if AWS does what it is asked and the answer does not come", async () => {
    const clock = new VirtualClock(NOON);
    const stored = new FakeLeaseStore();
    const agent = await anAgent(await newFiles(), stored, clock);
    const fromMs = [];
    for (let minute = 0; minute < 12; minute++) {
      agent.line.isCut = minute >= 2 && minute < 6;
      agent.line.isDeaf = minute === 6 || minute === 7 || minute === 9;
      const termMs = (await agent.term()) ?? assert.fail("the term is the agent's");
      fromMs.push((termMs - NOON) / MINUTE_MS);
      await agent.flush(termMs, 0);
      agent.line.isDeaf = false;
      if (agent.reach.lost === null) await agent.spool.drain();
      await clock.run(clock.sleep(NOON + (minute + 1) * MINUTE_MS - clock.now()));
    }
    await agent.spool.drain();
    assert.deepEqual(minutesOf(await readableLease(stored, 0)), [[0, 12]]);
    assert.deepEqual([...new Set(agent.sent)].length, 12);
    assert.equal(agent.spool.counts.droppedLost, 0);
  });

  it("gives back what it has claimed when it stops, so that another one goes on", async () => {
    const clock = new VirtualClock(NOON);
    const stored = new FakeLeaseStore();
    const [agent, other] = [
      await anAgent(await newFiles(), stored, clock),
      await anAgent(await newFiles(), stored, clock),
    ];
    await agent.term();
    await clock.run(clock.sleep(20.4 * SECOND_MS));
    await agent.leases.giveBack(0, clock.now());
    assert.deepEqual(minutesOf(await readableLease(stored, 0)), [[0, 0.35]]);
    assert.equal(await other.term(), NOON + 21 * SECOND_MS);
  });

  it("leaves its time to a rival that has the lease meanwhile, and doubles nothing", async () => {
    const clock = new VirtualClock(NOON);
    const stored = new FakeLeaseStore();
    const [agent, rival] = [
      await anAgent(await newFiles(), stored, clock),
      await anAgent(await newFiles(), stored, clock),
    ];
    await agent.term();
    assert.equal(await rival.term(), null, "the rival is idle");
    agent.line.isCut = true;
    await clock.run(clock.sleep(NOON + MINUTE_MS - clock.now()));
    assert.equal(await agent.term(), NOON + MINUTE_MS);
    await agent.flush(NOON + MINUTE_MS, 0);
    assert.equal(await rival.term(), NOON + MINUTE_MS);
    agent.line.isCut = false;
    await clock.run(clock.sleep(NOON + MINUTE_MS + 11 * SECOND_MS - clock.now()));
    assert.equal(await agent.term(), null, "the agent is idle now");
    assert.deepEqual(minutesOf(await readableLease(stored, 0)), [[0, 2]]);
    assert.deepEqual(agent.sent, []);
  });

  it("starts again from the disk, within the second, and delivers what it had", async () => {
    const clock = new VirtualClock(NOON);
    const stored = new FakeLeaseStore();
    const files = await newFiles();
    const first = await anAgent(files, stored, clock);
    await first.term();
    first.line.isCut = true;
    await clock.run(clock.sleep(NOON + MINUTE_MS - clock.now()));
    await first.term();
    await first.flush(NOON + MINUTE_MS, 0);
    await clock.run(clock.sleep(NOON + MINUTE_MS + 20.5 * SECOND_MS - clock.now()));
    const second = await anAgent(files, stored, clock);
    second.line.isCut = true;
    assert.equal(await second.term(), NOON + MINUTE_MS + 21 * SECOND_MS);
    assert.equal(second.spool.counts.waiting, 1);
    second.line.isCut = false;
    await clock.run(clock.sleep(NOON + 2 * MINUTE_MS + 20 * SECOND_MS - clock.now()));
    await second.term();
    await second.spool.drain();
    assert.deepEqual(second.sent, ["1 0"]);
    assert.deepEqual(minutesOf(await readableLease(stored, 0)), [
      [0, 1.35],
      [1.35, 3.35],
    ]);
  });

  it("without a lease of its own claims none", async () => {
    const agent = await anAgent(await newFiles(), new FakeLeaseStore(), new VirtualClock(NOON));
    agent.line.isCut = true;
    await assert.rejects(agent.term(), { name: "UnreachedError" });
  });
});

describe("what yesterday's agent has on its disk", () => {
  const local = { fromMs: NOON + MINUTE_MS };
  const lease = leaseOf(run(0, 3));
  const kept = { lease, isMine: true, local: { ...local, doubtful: [] } };
  const cases: readonly [string, unknown, unknown][] = [
    ["terms of before requests could be doubtful", { lease, isMine: true, local }, kept],
    ["terms with a field of a later version", { ...kept, later: 1 }, kept],
    [
      "a lease that AWS knows",
      { lease, isMine: false, local: null },
      { ...kept, isMine: false, local: null },
    ],
    ["half a file", { lease: { claimedToMs: NOON } }, null],
    ["terms that begin nowhere", { lease, isMine: true, local: {} }, null],
  ];
  for (const [name, written, read] of cases) {
    it(`is read, or left: ${name}`, async () => {
      const files = await newFiles();
      await files.write("lease-0.json", JSON.stringify(written));
      const agent = await anAgent(files, new FakeLeaseStore(), new VirtualClock(NOON));
      assert.deepEqual(agent.leases.keptOf(0), read);
    });
  }

  it("is joined to the stored lease, and only then are its results delivered", async () => {
    const files = await newFiles();
    await files.write("lease-0.json", JSON.stringify({ lease, isMine: true, local }));
    const stored = new FakeLeaseStore();
    await stored.moveLease(0, null, leaseOf(run(0, 1)));
    const clock = new VirtualClock(NOON + 3 * MINUTE_MS);
    const agent = await anAgent(files, stored, clock);
    await agent.flush(NOON + 2 * MINUTE_MS, 0);
    assert.deepEqual(agent.sent, []);
    await agent.term();
    await agent.spool.drain();
    assert.deepEqual(agent.sent, ["2 0"]);
    assert.deepEqual(minutesOf(await readableLease(stored, 0)), [[0, 4]]);
  });
});

describe("Spool", () => {
  it("drops the oldest where there is no room, or after seven days, and counts them", async () => {
    const clock = new VirtualClock(NOON);
    const spool = await Spool.open({
      ...{ files: await newFiles(), isHeld: () => true, mostBytes: 2_500 },
      clock: breathless(clock),
      send: async () => assert.fail("it is held"),
      isAway: () => false,
      sendFailed: () => undefined,
    });
    const put = (minute: number) =>
      spool.put({
        ...{ shard: 0, termFromMs: NOON + minute * MINUTE_MS, name: "0" },
        item: { chunk: { B: new Uint8Array(1_000) } },
      });
    for (const minute of [0, 1, 2]) await put(minute);
    assert.deepEqual([spool.counts.waiting, spool.counts.droppedOld], [2, 1]);
    await clock.run(clock.sleep(NOON + 7 * DAY_MS + 90 * SECOND_MS - clock.now()));
    await spool.drain();
    assert.deepEqual([spool.counts.waiting, spool.counts.droppedOld], [1, 2]);
  });
});

describe("keepPlans", () => {
  it("gives the last plan while AWS is away, with fields that a later home added", async () => {
    const clock = new VirtualClock(NOON);
    const plans = new FakePlanStore(() => clock.now());
    const { hash, bytes: _ } = encodeBundle(bundleOf([]));
    await plans.writeBundle(hash, bundleOf([]), NOON + DAY_MS);
    const manifest = {
      ...{ region: "office", plannedAtMs: NOON, staggerPermille: 7 },
      shards: [{ shard: 0, bundle: hash, taskCount: 0, later: 1 }],
    };
    await plans.writeManifest(manifest);
    const files = await newFiles();
    const reach = new Reach(clock, () => undefined);
    const online = keepPlans({ stored: plans, files, reach });
    await online.readManifest();
    await online.readBundle(hash);
    reach.lose(new Error("gone"));
    const offline = keepPlans({ stored: plans, files, reach });
    assert.deepEqual(await offline.readManifest(), manifest);
    assert.deepEqual((await offline.readBundle(hash))?.tasks, []);
  });

  it("gives a plan that has only what the first home wrote", async () => {
    const files = await newFiles();
    const shards = [{ shard: 0, bundle: "b", taskCount: 0 }];
    const first = { region: "office", plannedAtMs: NOON, staggerPermille: 0, shards };
    await files.write("manifest.json", JSON.stringify(first));
    const clock = new VirtualClock(NOON);
    const reach = new Reach(clock, () => undefined);
    const readManifest = () => Promise.reject(new Error("gone"));
    const stored = Object.assign(new FakePlanStore(() => clock.now()), { readManifest });
    const plans = keepPlans({ stored, files, reach });
    assert.deepEqual(await plans.readManifest(), first);
  });
});

describe("isWell", () => {
  it("is so while it says so, and every shard is claimed by whomever", () => {
    const spool = { waiting: 0, bytes: 0, droppedOld: 0, droppedLost: 0, droppedOdd: 0 };
    const shard = { shard: 0, isMine: false, claimedToMs: NOON };
    const status = {
      ...{ fleet: "f", location: "office", pid: 1, startedAtMs: 0, atMs: NOON, away: null },
      ...{ shards: [shard], spool },
    };
    assert.equal(isWell(status, NOON + 30 * SECOND_MS), true);
    assert.equal(isWell(status, NOON + 61 * SECOND_MS), false);
    assert.equal(isWell({ ...status, shards: [] }, NOON), false);
    assert.equal(isWell({ ...status, shards: [{ ...shard, claimedToMs: null }] }, NOON), false);
  });
});
