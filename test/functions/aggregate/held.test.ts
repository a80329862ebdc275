import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { runLease } from "../../../functions/probe/lease/lease.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { staggerOf } from "../../../shared/plan/plan.ts";
import { slotsOfTerm } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { EpochMs } from "../../../shared/units.ts";
import { aHeldRig, aHeldTask, type Peer } from "../probe/holding/held-rig.ts";
import { aRig, connectBy, networkOf } from "../probe/rig.ts";
import { minute, NOON, Rig } from "./rig.ts";

const HOUR = 3_600_000;
const REGIONS = ["eu", "us"] as const;

/** A name whose slots are in the first minute after noon and, half a period later, in the other region. */
function nameOf(): string {
  for (let i = 0; ; i++) {
    const schedule = { name: `held-${i}`, scheduleMs: HOUR };
    const first = { fromMs: NOON, toMs: minute(1) };
    if (slotsOfTerm(schedule, { staggerPermille: staggerOf(REGIONS, "eu") }, first).length > 0)
      return schedule.name;
  }
}

const NAME = nameOf();

/** Two regions with real probes, always on, over a peer, in virtual time. */
async function liveHeld(
  { minutes, peer }: { readonly minutes: number; readonly peer: Peer },
  different: Partial<Task> = {},
): Promise<Rig> {
  const rig = new Rig([...REGIONS]);
  for (const region of rig.fleet.regions) Object.assign(region, { alwaysOn: true });
  const probes = aRig(NOON);
  const { clock } = probes;
  const isDead = (atMs: EpochMs) => peer.diesAtMs !== undefined && atMs >= peer.diesAtMs;
  const connect = connectBy(async () => {
    await clock.sleep(20);
    if (isDead(clock.now())) return { kind: "failed", code: "ECONNREFUSED" };
    const times = { connectTimeMs: 20, elapsedMs: 20, synRetransmits: 0, suspect: false };
    return { kind: "open", handshake: { ...times, timing: "user" } };
  });
  const processes = REGIONS.map((region) => {
    const { plans, leases, chunks } = rig.region(region);
    const own = { region, plans, leases, results: chunks, openNetwork: () => networkOf(connect) };
    return aHeldRig(true, peer, { rig: probes, ...own }).process;
  });
  await rig.begin();
  await rig.plan([aHeldTask(NAME, HOUR, different)]);
  for (const { plans } of rig.regions.values()) {
    const manifest = await plans.readManifest();
    assert.ok(manifest !== null);
    await plans.writeManifest({ ...manifest, alertDefaults: {} });
  }
  const settleAt = async (ms: number) => {
    await clock.sleep(ms);
    rig.nowMs = clock.now() - 25_000;
    await rig.run();
  };
  const lives = Array.from({ length: minutes }, async (_, i) => {
    const aggregated = settleAt((i + 1) * 60_000 + 25_000);
    await clock.sleep(i * 60_000);
    await Promise.all([...processes.map((process) => runLease(0, process)), aggregated]);
  });
  await clock.run(Promise.all(lives));
  return rig;
}

/** Counts of the summaries of a region, minute by minute: due, missed, passed, failed. */
function countsOf(rig: Rig, region: string): string[] {
  return rig.summaries.all
    .toSorted((a, b) => a.periodStartMs - b.periodStartMs)
    .flatMap(({ regions, periodStartMs }) => {
      const own = regions[region];
      if (own === undefined || own.expectedCount === 0) return [];
      const { expectedCount, missedCount, successfulCount, failedCount } = own;
      const at = (periodStartMs - NOON) / 60_000;
      return `${at}: ${[expectedCount, missedCount, successfulCount, failedCount].join(" ")}`;
    });
}

function minutesOf(from: number, to: number, counts: string): string[] {
  return Array.from({ length: to - from }, (_, i) => `${from + i}: ${counts}`);
}

describe("a task that is held for an hour", () => {
  it("has one sample a minute in summaries, none of them missed", async () => {
    const rig = await liveHeld({ minutes: 63, peer: { cutAfterMs: null } });
    assert.deepEqual(countsOf(rig, "eu"), minutesOf(0, 63, "1 0 1 0"));
    assert.deepEqual(countsOf(rig, "us"), minutesOf(30, 63, "1 0 1 0"));
    assert.ok(rig.summaries.all.every(({ complete }) => complete));
    assert.deepEqual(rig.events, []);
  });

  it("tells within half a minute that its server was killed, which the next slot would in an hour", async () => {
    const diesAtMs = minute(40) + 12_345;
    const rig = await liveHeld({ minutes: 43, peer: { cutAfterMs: null, diesAtMs } });
    assert.deepEqual(rig.events, [`${NAME}: OK to CRITICAL`]);
    const since = rig.turns.map(({ unhealthy_since }) => Date.parse(String(unhealthy_since)));
    assert.equal(since.length, 2);
    for (const atMs of since) assert.ok(atMs - diesAtMs < 30_000);
    for (const region of REGIONS)
      assert.deepEqual(countsOf(rig, region).slice(-1), ["40: 2 0 1 1"]);
  });

  it("turns a region that is cut early if its task asks for that, and says so", async () => {
    const alert: AlertOverrides = { failureThreshold: 1, quorum: 1, recheckSeconds: [] };
    const rig = await liveHeld({ minutes: 10, peer: { cutAfterMs: 130_000 } }, { alert });
    assert.deepEqual(countsOf(rig, "eu"), [...minutesOf(0, 2, "1 0 1 0"), "2: 2 0 1 1"]);
    assert.deepEqual(rig.events, [`${NAME}: OK to CRITICAL`]);
    const summary = rig.summaryOf(NAME, minute(2));
    assert.deepEqual(summary?.regions.eu?.failuresByKind, { closed_early: 1 });
  });

  it("is told as flaky, then as down, by default if its connections are cut again and again", async () => {
    const different = { scheduleMs: 600_000, hold: { holdMs: 300_000 } };
    const rig = await liveHeld({ minutes: 240, peer: { cutAfterMs: 61_000 } }, different);
    assert.deepEqual(rig.events, [`${NAME}: OK to WARNING`, `${NAME}: WARNING to CRITICAL`]);
  });
});
