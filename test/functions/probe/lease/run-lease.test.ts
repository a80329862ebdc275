import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoredChunk } from "../../../../functions/ports/chunk-store.ts";
import type { Network } from "../../../../functions/probe/check/check.ts";
import { runLease } from "../../../../functions/probe/lease/run-lease.ts";
import { listScheduledChecks } from "../../../../functions/probe/lease/scheduled-check.ts";
import { LONGEST_CLOSE_MS } from "../../../../functions/probe/socket/socket.ts";
import type { ProbeResult } from "../../../../shared/result/result.ts";
import { phaseOf, SLOT_SLACK_MS, slotsOfTerm } from "../../../../shared/slot/slot.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { aTask } from "../../../fakes/results.ts";
import { readableLease } from "../../../fakes/stores.ts";
import {
  aRig,
  connectBy,
  interrupted,
  NOON,
  networkOf,
  openAfter,
  REGION,
  type Rig,
  STAGGER,
  storedChunks,
  storedResults,
  storePlan,
} from "../rig.ts";

const COVER = { fromMs: NOON, toMs: NOON + 60_000 };

const QUICK = aTask("quick", { scheduleMs: 1_000, timeoutMs: 1_000 });
const USUAL = aTask("usual", { scheduleMs: 15_000, timeoutMs: 5_000 });
const SLOW = aTask("slow", { scheduleMs: 60_000, timeoutMs: 5_000 });

function keysOf(results: readonly ProbeResult[], tasks: readonly Task[]): string[] {
  return results.map(({ taskIndex, slotAtMs }) => `${tasks[taskIndex]?.name} ${slotAtMs}`).sort();
}

function dueKeys(tasks: readonly Task[]): string[] {
  return tasks
    .flatMap((task) =>
      slotsOfTerm(task, { staggerPermille: STAGGER }, COVER).map((slot) => `${task.name} ${slot}`),
    )
    .sort();
}

describe("runLease", () => {
  it("checks every due slot once, at its instant, and ends with the last of them", async () => {
    const rig = aRig();
    const tasks = [QUICK, SLOW, USUAL];
    await storePlan(rig, tasks);
    await rig.clock.run(runLease(0, rig.startProcess()));
    const results = await storedResults(rig);
    assert.deepEqual(keysOf(results, tasks), dueKeys(tasks));
    for (const result of results) {
      assert.equal(result.startedAtMs, result.slotAtMs);
      assert.equal(result.outcome, "open");
      assert.equal(result.connectTimeMs, 20);
      assert.equal(result.address, "1.1.1.1");
    }
    assert.ok(rig.clock.now() < COVER.toMs + 100);
    await rig.clock.run(rig.clock.sleep(1_000));
    assert.equal(rig.clock.sleeperCount, 0);
  });

  describe("with a lease of another clock", () => {
    const HOUR = 3_600_000;
    const claimAhead = async (rig: Rig, bundle: string) => {
      const fromMs = NOON + HOUR;
      const run = { fromMs, toMs: fromMs + 60_000, bundle, staggerPermille: STAGGER };
      await rig.leases.moveLease(0, null, { claimedToMs: run.toMs, runs: [run] });
    };

    it("takes it back, says so once, and makes the next minute's checks", async () => {
      const rig = aRig();
      await claimAhead(rig, await storePlan(rig, [QUICK]));
      const process = rig.startProcess();
      await rig.clock.run(runLease(0, process));
      await rig.clock.run(runLease(0, process));
      assert.equal((await storedResults(rig)).length, 120);
      assert.deepEqual(
        rig.lines.map(({ takenBack }) => takenBack),
        [
          "The lease was claimed up to 2026-03-01T13:01:00.000Z by another clock: taken back at 2026-03-01T12:00:00.000Z",
          undefined,
        ],
      );
    });

    it("does nothing, and says so, if the plan is ahead too: then its own clock is behind", async () => {
      const rig = aRig(NOON);
      rig.clock.setBy(HOUR);
      await claimAhead(rig, await storePlan(rig, [QUICK]));
      rig.clock.setBy(-HOUR);
      const before = await rig.leases.readLease(0);
      await rig.clock.run(runLease(0, rig.startProcess()));
      assert.deepEqual(await rig.leases.readLease(0), before);
      assert.deepEqual(
        rig.lines.map(({ idle }) => idle),
        ["This clock is behind those of the plan and the lease"],
      );
    });
  });

  describe("with a lease that can't be read", () => {
    const damageLease = async (rig: Rig, leftMs: number | null) => {
      const bundle = await storePlan(rig, [QUICK]);
      const run = { fromMs: NOON - 60_000, toMs: NOON, bundle, staggerPermille: STAGGER };
      await rig.leases.moveLease(0, null, { claimedToMs: run.toMs, runs: [run] });
      rig.leases.damageLease(0, leftMs === null ? null : NOON + leftMs);
    };
    const DAMAGED = ["Stored lease is damaged", undefined];

    it("begins a new one at once, says so once, and goes on with it", async () => {
      const rig = aRig();
      await damageLease(rig, null);
      const process = rig.startProcess();
      await rig.clock.run(runLease(0, process));
      await rig.clock.run(runLease(0, process));
      assert.equal((await storedResults(rig)).length, 120);
      assert.deepEqual(
        rig.lines.map(({ damagedLease }) => damagedLease),
        DAMAGED,
      );
    });

    it("checks nothing that is claimed, if that much can be read", async () => {
      const rig = aRig();
      await damageLease(rig, 20_000);
      await rig.clock.run(runLease(0, rig.startProcess()));
      const slots = (await storedResults(rig)).map(({ slotAtMs }) => slotAtMs);
      assert.ok(Math.min(...slots) >= NOON + 20_000);
      assert.equal(new Set(slots).size, 60);
    });

    it("does nothing while another invocation may have its term", async () => {
      const rig = aRig();
      await damageLease(rig, 60_000);
      await rig.clock.run(runLease(0, rig.startProcess()));
      assert.deepEqual(
        rig.lines.map(({ idle }) => idle),
        ["Delivered twice"],
      );
    });

    it("takes back what is claimed far ahead", async () => {
      const rig = aRig();
      await damageLease(rig, 3_600_000);
      await rig.clock.run(runLease(0, rig.startProcess()));
      assert.equal((await storedResults(rig)).length, 60);
      assert.match(String(rig.lines[0]?.takenBack), /claimed up to 2026-03-01T13:00:00.000Z/);
    });
  });

  it("ends within seconds when the clock is set back by an hour, and stores what it has", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    void rig.clock.sleep(20_500).then(() => rig.clock.setBy(-3_600_000));
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.ok(rig.clock.monotonic() < 27_000);
    const { chunks } = await rig.chunks.readChunks(0, { fromMs: NOON, toMs: NOON + 1 });
    assert.equal(chunks.flatMap(({ results }) => results).length, 21);
  });

  it("makes every check of its term although the clock is set back by 40 s meanwhile", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    void rig.clock.sleep(50_500).then(() => rig.clock.setBy(-40_000));
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.deepEqual(keysOf(await storedResults(rig), [QUICK]), dueKeys([QUICK]));
  });

  it("does not wait for the rest of the minute when only long schedules are due", async () => {
    const rig = aRig();
    await storePlan(rig, [SLOW]);
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.equal((await storedResults(rig)).length, 1);
    assert.ok(rig.clock.now() <= NOON + 10_100);
  });

  it("flushes at the marks of the wall clock and in the end", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    const flushedAt: number[] = [];
    const results = interrupted(rig.chunks, async () => {
      flushedAt.push(rig.clock.now() - NOON);
    });
    await rig.clock.run(runLease(0, rig.startProcess({ results })));
    const endedAt = rig.clock.now() - NOON;
    assert.deepEqual(flushedAt, [6_000, 21_000, 36_000, 51_000, endedAt]);
    const chunks = await storedChunks(rig);
    assert.deepEqual(
      chunks.map(({ part, termFromMs, notes }) => [part, termFromMs, notes.coldStart]),
      [0, 1, 2, 3, 4].map((part) => [part, NOON, part === 0]),
    );
  });

  it("writes nothing where nothing was due", async () => {
    const rig = aRig();
    await storePlan(rig, []);
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.deepEqual(await storedChunks(rig), []);
    assert.equal((await rig.leases.readLease(0))?.claimedToMs, COVER.toMs);
  });

  it("does nothing when it is delivered twice", async () => {
    const rig = aRig();
    const tasks = [QUICK];
    await storePlan(rig, tasks);
    const twice = [0, 0].map((shard) => runLease(shard, rig.startProcess()));
    await rig.clock.run(Promise.all(twice));
    assert.deepEqual(keysOf(await storedResults(rig), tasks), dueKeys(tasks));
    const idle = rig.lines.map((line) => line.idle ?? "ran").sort();
    assert.deepEqual(idle, ["Another invocation has the term", "ran"]);
  });

  it("announces each result with its task, and again when it is stored", async () => {
    const rig = aRig();
    await storePlan(rig, [USUAL]);
    await rig.clock.run(runLease(0, rig.startProcess()));
    const results = await storedResults(rig);
    assert.equal(results.length, 4);
    const told = results.map((result) => ({ task: USUAL, result }));
    assert.deepEqual(rig.announced, told);
    assert.deepEqual(rig.stored, told);
  });

  it("announces a result as stored in a later term if it was not stored before, and never twice", async () => {
    const rig = aRig();
    await storePlan(rig, [USUAL]);
    const putChunk = rig.chunks.putChunk.bind(rig.chunks);
    rig.chunks.putChunk = async () => {
      throw new Error("away");
    };
    const services = rig.startProcess();
    await rig.clock.run(runLease(0, services));
    assert.equal(rig.announced.length, 4);
    assert.equal(rig.stored.length, 0);
    rig.chunks.putChunk = putChunk;
    await rig.clock.run(runLease(0, services));
    const idsOf = (told: typeof rig.stored) => told.map(({ result }) => result.slotAtMs);
    assert.ok(rig.announced.length > 4);
    assert.deepEqual(idsOf(rig.stored).toSorted(), idsOf(rig.announced).toSorted());
    assert.ok(rig.stored.every(({ task }) => task.name === USUAL.name));
  });

  it("logs one line with its figures", async () => {
    const rig = aRig();
    const hash = await storePlan(rig, [USUAL]);
    await rig.clock.run(rig.clock.sleep(2_000));
    const refused = connectBy(async () => ({ kind: "failed", code: "ECONNREFUSED" }));
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork: () => networkOf(refused) })));
    assert.deepEqual(rig.lines, [
      {
        function: "probe",
        region: REGION,
        shard: 0,
        coverFromMs: NOON + 2_000,
        bundle: hash,
        problem: null,
        proberFault: null,
        internalErrors: null,
        unstoredChunks: 0,
        metrics: {
          Attempts: 4,
          Failures: 4,
          SlotLagMs: 0,
          OpenSocketsPeak: 1,
          Stalls: 0,
          Remeasured: 0,
          Suspect: 0,
          ColdStarts: 1,
          PacingDebtMs: 0,
          Missed: 0,
          PlanAgeMs: rig.clock.now() - NOON,
          LateFlushes: 0,
        },
      },
    ]);
  });
});

describe("runLease and its plan", () => {
  it("does nothing before the first plan", async () => {
    const rig = aRig();
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.equal(await rig.leases.readLease(0), null);
    assert.equal(rig.lines[0]?.idle, "No plan is stored");
  });

  it("stops at a plan that says its region is retired, whatever else that says", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    const manifest = await rig.plans.readManifest();
    assert.ok(manifest);
    await rig.plans.writeManifest({ ...manifest, retired: true });
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.equal(await rig.leases.readLease(0), null);
    assert.equal(rig.lines[0]?.idle, "The region is retired");
  });

  it("stores slots by the plan only if home reads them, and the same results in any case", async () => {
    const stored = [true, false].map(async (isRead) => {
      const rig = aRig();
      await storePlan(rig, [SLOW, USUAL]);
      const manifest = await rig.plans.readManifest();
      assert.ok(manifest);
      await rig.plans.writeManifest({ ...manifest, ...(isRead && { plannedSlots: true }) });
      const plans: unknown[] = [];
      const putChunk = (chunk: StoredChunk) => {
        plans.push(chunk.plan);
        return rig.chunks.putChunk(chunk);
      };
      const results = { putChunk, readChunks: rig.chunks.readChunks.bind(rig.chunks) };
      await rig.clock.run(runLease(0, rig.startProcess({ results })));
      const plan = { tasks: [SLOW, USUAL], timetable: { staggerPermille: STAGGER } };
      assert.deepEqual(plans.at(-1), isRead ? plan : undefined);
      return storedResults(rig);
    });
    const [planned, near] = await Promise.all(stored);
    assert.ok(planned?.length);
    assert.deepEqual(planned, near);
  });

  it("does nothing for a shard that the plan does not have", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    await rig.clock.run(runLease(3, rig.startProcess()));
    assert.equal(await rig.leases.readLease(3), null);
    assert.equal(rig.lines[0]?.idle, "The plan has no such shard");
  });

  it("reads a bundle only when its hash is new", async () => {
    const rig = aRig();
    await storePlan(rig, [SLOW]);
    const calls: string[] = [];
    const plans = interrupted(rig.plans, async (method) => void calls.push(method));
    const services = rig.startProcess({ plans });
    await rig.clock.run(runLease(0, services));
    await rig.clock.run(rig.clock.sleep(COVER.toMs - rig.clock.now()));
    await rig.clock.run(runLease(0, services));
    assert.deepEqual(calls, ["readManifest", "readBundle", "readManifest"]);
  });

  for (const broken of ["readManifest", "readBundle"])
    it(`goes on with the plan at hand when ${broken} fails`, async () => {
      const rig = aRig();
      const tasks = [QUICK];
      const hash = await storePlan(rig, tasks);
      let isBroken = false;
      const plans = interrupted(rig.plans, async (method) => {
        if (isBroken && method === broken) throw new Error("away");
      });
      const services = rig.startProcess({ plans });
      await rig.clock.run(runLease(0, services));
      await storePlan(rig, [QUICK, USUAL]);
      isBroken = true;
      await rig.clock.run(runLease(0, services));
      const chunks = await storedChunks(rig);
      assert.equal(chunks.flatMap((chunk) => chunk.results).length, 120);
      assert.ok(chunks.every((chunk) => chunk.bundle === hash));
      assert.equal(rig.lines[1]?.problem, "The plan can't be read: away");
      assert.equal((await readableLease(rig.leases, 0))?.runs.length, 1);
    });
});

describe("runLease when it is late", () => {
  it("does not run slots that are past the slack, and calls them missed", async () => {
    const rig = aRig();
    const tasks = [QUICK];
    await storePlan(rig, tasks);
    const leases = interrupted(rig.leases, async (method) => {
      if (method === "moveLease") await rig.clock.sleep(SLOT_SLACK_MS + 10_000);
    });
    await rig.clock.run(runLease(0, rig.startProcess({ leases })));
    const results = await storedResults(rig);
    const firstInTime = NOON + 10_000;
    const inTime = slotsOfTerm(QUICK, { staggerPermille: STAGGER }, COVER).filter(
      (slot) => slot >= firstInTime,
    );
    assert.deepEqual(
      results.map((result) => result.slotAtMs),
      inTime,
    );
    assert.equal(rig.lines[0]?.metrics.Missed, 10);
    for (const result of results)
      assert.ok(result.startedAtMs - result.slotAtMs <= SLOT_SLACK_MS, "started in its slack");
  });

  it("does not even ask for the address of a slot that is past the slack", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    const leases = interrupted(rig.leases, async (method) => {
      if (method === "moveLease") await rig.clock.sleep(120_000);
    });
    const network: Network = {
      ...networkOf(openAfter(rig.clock, 20)),
      resolve: async () => ({ kind: "failed", outcome: "dns_failed", dnsTimeMs: 1 }),
    };
    const services = rig.startProcess({ leases, openNetwork: () => network });
    await rig.clock.run(runLease(0, services));
    assert.deepEqual(await storedResults(rig), []);
    assert.equal(rig.lines[0]?.metrics.Missed, 60);
  });

  it("waits for the start of its cover when it comes early", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    await rig.clock.run(runLease(0, rig.startProcess()));
    assert.ok(rig.clock.now() < COVER.toMs);
    await rig.clock.run(runLease(0, rig.startProcess()));
    const results = await storedResults(rig);
    assert.equal(results.length, 120);
    assert.ok(results.every((result) => result.startedAtMs === result.slotAtMs));
  });
});

describe("runLease when things hang or break", () => {
  it("ends even if a connect never does", async () => {
    const rig = aRig();
    await storePlan(rig, [USUAL]);
    const hanging = connectBy(async (_, signal) => {
      await rig.clock.sleep(3_600_000, signal);
      return null;
    });
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork: () => networkOf(hanging) })));
    assert.deepEqual(await storedResults(rig), []);
    assert.equal(rig.lines[0]?.metrics.Missed, 4);
    assert.ok(rig.clock.now() <= COVER.toMs + USUAL.timeoutMs + 8_000 + LONGEST_CLOSE_MS);
  });

  it("stops starting, stores what is complete and closes its network when told to stop", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK, USUAL]);
    const stop = new AbortController();
    let closedCount = 0;
    const openNetwork = (): Network => ({
      ...networkOf(openAfter(rig.clock, 300)),
      close: () => void closedCount++,
    });
    const running = runLease(0, rig.startProcess({ stop: stop.signal, openNetwork }));
    await rig.clock.run(rig.clock.sleep(30_000));
    stop.abort();
    await rig.clock.run(running);
    const plan = { tasks: [QUICK, USUAL], staggerPermille: STAGGER, bundle: "", plannedAtMs: 0 };
    const complete = listScheduledChecks(plan, COVER).filter(
      (due) => due.slotAtMs + 300 <= NOON + 30_000,
    );
    assert.equal((await storedResults(rig)).length, complete.length);
    assert.equal(rig.clock.now(), NOON + 30_000);
    assert.equal(closedCount, 1);
  });

  it("takes a look-up that the stop cut short for no result", async () => {
    const rig = aRig();
    await storePlan(rig, [SLOW]);
    const stop = new AbortController();
    const network: Network = {
      ...networkOf(openAfter(rig.clock, 20)),
      resolve: async () => {
        await rig.clock.sleep(2_000, stop.signal);
        return { kind: "failed", outcome: "internal", dnsTimeMs: 1 };
      },
    };
    const services = rig.startProcess({ stop: stop.signal, openNetwork: () => network });
    const running = runLease(0, services);
    const [slotAtMs = 0] = slotsOfTerm(SLOW, { staggerPermille: STAGGER }, COVER);
    await rig.clock.run(rig.clock.sleep(slotAtMs + 1_000 - NOON));
    stop.abort();
    await rig.clock.run(running);
    assert.deepEqual(await storedResults(rig), []);
    assert.equal(rig.lines[0]?.metrics.Missed, 1);
  });

  it("claims nothing once it was told to stop", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    await rig.clock.run(runLease(0, rig.startProcess({ stop: AbortSignal.abort() })));
    assert.equal(await rig.leases.readLease(0), null);
  });

  it("throws what a check threw, after all others have run and are stored", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    const network = networkOf(openAfter(rig.clock, 20));
    let count = 0;
    const resolve: Network["resolve"] = (hostname, family) => {
      if (++count === 7) throw new Error("a fault of ours");
      return network.resolve(hostname, family);
    };
    const services = rig.startProcess({ openNetwork: () => ({ ...network, resolve }) });
    await assert.rejects(rig.clock.run(runLease(0, services)), { message: "a fault of ours" });
    assert.equal((await storedResults(rig)).length, 59);
    assert.equal(services.pacer.openCount, 0);
  });

  it("stores nothing of a region whose lease can't be moved", async () => {
    const rig = aRig();
    await storePlan(rig, [QUICK]);
    const leases = interrupted(rig.leases, async (method) => {
      if (method === "moveLease") throw new Error("away");
    });
    await assert.rejects(rig.clock.run(runLease(0, rig.startProcess({ leases }))), {
      message: "away",
    });
    assert.deepEqual(await storedResults(rig), []);
  });
});

describe("runLease and the ways of a check", () => {
  const named = (resolution: Awaited<ReturnType<Network["resolve"]>>): Network => ({
    ...networkOf(connectBy(async () => ({ kind: "failed", code: "EHOSTUNREACH" }))),
    resolve: async () => resolution,
  });
  const failing = (code: string): Network =>
    networkOf(connectBy(async () => ({ kind: "failed", code })));
  const resolved = (...addresses: string[]) =>
    named({ kind: "resolved", addresses, dnsTimeMs: 12.5 });

  const CASES = [
    ["refused", failing("ECONNREFUSED"), "refused", "1.1.1.1", null],
    ["out of descriptors", failing("EMFILE"), "internal", "1.1.1.1", null],
    [
      "a dead name",
      named({ kind: "failed", outcome: "dns_not_found", dnsTimeMs: 8 }),
      "dns_not_found",
      null,
      8,
    ],
    ["a name of the inside", resolved("10.0.0.1", "::ffff:127.0.0.1"), "blocked", null, 12.5],
    ["the metadata service", resolved("169.254.169.254"), "blocked", null, 12.5],
    [
      "a public address among others",
      resolved("10.0.0.1", "8.8.8.8"),
      "unreachable",
      "8.8.8.8",
      12.5,
    ],
  ] as const;
  for (const [what, network, outcome, address, dnsTimeMs] of CASES)
    it(`gives ${outcome} for ${what}`, async () => {
      const rig = aRig();
      await storePlan(rig, [{ ...SLOW, target: { hostname: "db.test", port: 22 } }]);
      await rig.clock.run(runLease(0, rig.startProcess({ openNetwork: () => network })));
      const [result] = await storedResults(rig);
      assert.equal(result?.outcome, outcome);
      assert.equal(result?.address, address);
      assert.equal(result?.dnsTimeMs, dnsTimeMs);
      assert.equal(result?.connectTimeMs, null);
    });

  for (const hostname of ["10.0.0.1", "localhost"])
    it(`gives unsupported, not blocked, for ${hostname}, which this region may not probe`, async () => {
      const rig = aRig();
      await storePlan(rig, [{ ...SLOW, target: { hostname, port: 22 } }]);
      const network = resolved("10.0.0.1");
      await rig.clock.run(runLease(0, rig.startProcess({ openNetwork: () => network })));
      assert.equal((await storedResults(rig))[0]?.outcome, "unsupported");
    });

  it("gives unsupported for IPv6 without a route, and unreachable with one", async () => {
    const network: Network = {
      ...failing("ENETUNREACH"),
      resolve: async () => ({
        kind: "resolved",
        addresses: ["2606:4700:4700::1111"],
        dnsTimeMs: null,
      }),
    };
    for (const [hasIpv6Route, outcome] of [
      [false, "unsupported"],
      [true, "unreachable"],
    ] as const) {
      const rig = aRig();
      await storePlan(rig, [SLOW]);
      const services = rig.startProcess({ openNetwork: () => network, hasIpv6Route });
      await rig.clock.run(runLease(0, services));
      assert.equal((await storedResults(rig))[0]?.outcome, outcome);
    }
  });

  it("counts a check as begun when it asked for the address", async () => {
    const rig = aRig();
    await storePlan(rig, [SLOW]);
    const network: Network = {
      ...networkOf(openAfter(rig.clock, 20)),
      resolve: async () => {
        await rig.clock.sleep(700);
        return { kind: "resolved", addresses: ["1.1.1.1"], dnsTimeMs: 700 };
      },
    };
    await rig.clock.run(runLease(0, rig.startProcess({ openNetwork: () => network })));
    const [result] = await storedResults(rig);
    assert.equal(result?.startedAtMs, result?.slotAtMs);
    assert.equal(result?.connectTimeMs, 20);
  });

  it("has the phase of its task as the instant of a check", async () => {
    const rig = aRig();
    await storePlan(rig, [USUAL]);
    await rig.clock.run(runLease(0, rig.startProcess()));
    for (const { slotAtMs } of await storedResults(rig))
      assert.equal(slotAtMs % USUAL.scheduleMs, phaseOf(USUAL, { staggerPermille: STAGGER }));
  });
});
