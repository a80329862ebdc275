import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Network } from "../../../functions/probe/check/check.ts";
import { runLease } from "../../../functions/probe/lease/lease.ts";
import type { Connect } from "../../../functions/probe/socket/socket.ts";
import { decodeBundle } from "../../../shared/plan/plan.ts";
import type { Task } from "../../../shared/task/task.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { aTask } from "../../fakes/results.ts";
import { networkOf, openAfter, type Rig as ProbeRig, aRig as probeRig } from "../probe/rig.ts";
import { ALL_FINE, minute, NOON, Rig } from "./rig.ts";

const TLS: Task = { ...aTask("certificate"), needs: ["something of tomorrow"] };
const PLAIN = aTask("plain", { target: { hostname: "plain.example.com", port: 22 } });

/** A fleet whose probes run as they do in a region. */
function fleetOfProbes(names: readonly string[]) {
  const probes = new Map(names.map((name) => [name, probeRig(minute(-1))]));
  const probeIn = (name: string): ProbeRig => {
    const probe = probes.get(name);
    assert.ok(probe);
    return probe;
  };
  const rig = new Rig(names, 1, (name) => probeIn(name));
  const processes = names.map((region) => {
    const probe = probeIn(region);
    const asked = new Set<string>();
    const services = probe.startProcess({
      region,
      openNetwork: () => noting(asked, openAfter(probe.clock, 20)),
    });
    return { probe, services, asked };
  });
  const live = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      const startMs = rig.nowMs;
      for (const { probe, services } of processes) {
        await probe.clock.run(probe.clock.sleep(startMs - probe.clock.now()));
        await probe.clock.run(runLease(0, services));
      }
      await rig.run();
      rig.nowMs = startMs + MINUTE_MS;
    }
  };
  return { rig, live, asked: processes.map((process) => process.asked) };
}

/** Notes every name and address that is asked for. */
function noting(asked: Set<string>, connect: Connect): Network {
  const network = networkOf(connect);
  return {
    ...network,
    resolve: (name, family) => {
      asked.add(name);
      return network.resolve(name, family);
    },
    connect: (request, signal, listener) => {
      asked.add(request.address);
      connect(request, signal, listener);
    },
  };
}

test("a task with a need that no probe has is unsupported, never down, and changes no other task", async () => {
  const { rig, live, asked } = fleetOfProbes(["eu", "us"]);
  rig.nowMs = minute(-1);
  await rig.plan([PLAIN, TLS]);
  await live(8);
  for (const region of asked)
    assert.deepEqual([...region].sort(), ["1.1.1.1", PLAIN.target.hostname]);
  const unsupported = rig.summaryOf(TLS.name, minute(3));
  assert.ok(unsupported);
  const { overall, complete, missingRegions } = unsupported;
  assert.equal(overall.uncountedCount, 8);
  assert.equal(overall.expectedCount, 8);
  assert.deepEqual([overall.sampleCount, overall.failedCount, overall.missedCount], [0, 0, 0]);
  assert.deepEqual(overall.failuresByKind, { unsupported: 8 });
  assert.equal(overall.failurePercent, null);
  assert.deepEqual([complete, missingRegions], [true, []]);
  const plain = rig.summaryOf(PLAIN.name, minute(3))?.overall;
  assert.deepEqual([plain?.successfulCount, plain?.expectedCount], [8, 8]);
  assert.deepEqual(rig.events, [`${TLS.name}: OK to NO_DATA`]);
});

test("a task with a need that some regions' probes have is judged by those", async () => {
  const rig = new Rig(["eu", "us", "ap"]);
  await rig.plan([PLAIN, TLS]);
  await rig.begin();
  rig.world = (task, region, at) => {
    if (task.name === TLS.name && region === "ap") return "unsupported";
    return at >= minute(4) && at < minute(7) ? "refused" : 10;
  };
  await rig.live(11);
  const storyOf = (name: string) => rig.events.filter((story) => story.startsWith(name));
  for (const { name } of [PLAIN, TLS])
    assert.deepEqual(storyOf(name), [`${name}: OK to CRITICAL`, `${name}: CRITICAL to OK`]);
  assert.deepEqual(rig.summaryOf(TLS.name, minute(5))?.overall.failuresByKind, {
    refused: 8,
    unsupported: 4,
  });
});

test("nothing is due of a task with needs in a region with yesterday's probes", async () => {
  const rig = new Rig(["eu", "us"]);
  rig.regionsOfYesterday = new Set(["us"]);
  await rig.plan([PLAIN, TLS]);
  await rig.begin();
  await rig.live(6);
  assert.deepEqual(rig.events, []);
  const summary = rig.summaryOf(TLS.name, minute(4));
  assert.deepEqual(Object.keys(summary?.regions ?? {}), ["eu"]);
  const { expectedCount, missedCount } = summary?.overall ?? {};
  assert.deepEqual([expectedCount, missedCount], [4, 0]);
  assert.deepEqual([summary?.complete, summary?.missingRegions], [true, []]);
  assert.equal(rig.summaryOf(PLAIN.name, minute(4))?.overall.expectedCount, 8);
});

test("nothing is due of a task with needs if yesterday's probes stand still", async () => {
  const rig = new Rig(["eu", "us"]);
  rig.regionsOfYesterday = new Set(["us"]);
  await rig.plan([PLAIN, TLS]);
  await rig.begin();
  await rig.live(3);
  await rig.live(4, ["eu"]);
  assert.equal(rig.summaryOf(PLAIN.name, minute(5))?.overall.missedCount, 4);
  const summary = rig.summaryOf(TLS.name, minute(5));
  assert.deepEqual([summary?.overall.missedCount, summary?.complete], [0, true]);
  assert.deepEqual(rig.events, []);
});

test("a fleet of yesterday's probes judges no task with needs, and closes none", async () => {
  const rig = new Rig(["eu", "us"]);
  await rig.plan([PLAIN, TLS]);
  await rig.begin();
  rig.world = (task) => (task.name === TLS.name ? "refused" : 10);
  await rig.live(4);
  const down = [`${TLS.name}: OK to CRITICAL`];
  assert.deepEqual(rig.events, down);
  rig.regionsOfYesterday = new Set(["eu", "us"]);
  rig.world = ALL_FINE;
  await rig.live(6);
  assert.deepEqual(rig.events, down, "it is neither removed nor without data");
  assert.equal(rig.summaryOf(TLS.name, minute(8)), undefined);
  rig.regionsOfYesterday = new Set();
  await rig.live(5);
  assert.deepEqual(rig.events, [...down, `${TLS.name}: CRITICAL to OK`]);
});

test("a region that is deployed later begins to run the tasks with needs", async () => {
  const rig = new Rig(["eu", "us"]);
  rig.regionsOfYesterday = new Set(["us"]);
  await rig.plan([PLAIN, TLS]);
  await rig.begin();
  await rig.live(3);
  rig.regionsOfYesterday = new Set();
  await rig.live(4);
  assert.deepEqual(rig.events, []);
  assert.equal(rig.summaryOf(TLS.name, minute(5))?.overall.successfulCount, 8);
  for (const { overall } of rig.summaries.all) assert.equal(overall.missedCount, 0);
});

test("the aggregator reads results that point into a bundle of tomorrow", async () => {
  const file = new URL("../../golden/plan/bundle-of-tomorrow.json", import.meta.url);
  const { base64, hash } = JSON.parse(readFileSync(file, "utf8"));
  const { tasks } = decodeBundle(Buffer.from(base64, "base64"), hash);
  const rig = new Rig(["eu-west-1"]);
  await rig.plan(tasks);
  await rig.begin();
  rig.world = (task) => (task.needs === undefined ? 10 : "unsupported");
  await rig.live(4);
  const countsOf = (name: string) => {
    const { successfulCount, uncountedCount } =
      rig.summaryOf(name, NOON + MINUTE_MS)?.overall ?? {};
    return [successfulCount, uncountedCount];
  };
  assert.deepEqual(countsOf("api"), [4, 0]);
  assert.deepEqual(countsOf("certificate"), [0, 4]);
  assert.deepEqual(countsOf("mail"), [0, 1]);
});
