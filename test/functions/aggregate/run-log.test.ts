import { strict as assert } from "node:assert";
import { test } from "node:test";
import { aggregateWindows } from "../../../functions/aggregate/aggregate.ts";
import type { RegionStores } from "../../../functions/aggregate/services/services.ts";
import { aTask } from "../../fakes/results.ts";
import { FakeChunkStore } from "../../fakes/stores.ts";
import { brokenAt } from "../plan/broken.ts";
import { minute, NOON, Rig } from "./rig.ts";

/** A fleet in two regions that has probed the minute from noon and is a minute further. */
async function probedRig(...regions: readonly string[]): Promise<Rig> {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.probe([...regions]);
  rig.nowMs = minute(1);
  return rig;
}

const QUIET_METRICS = {
  Windows: 1,
  WindowLagMs: 25_000,
  RegionsMissing: 0,
  OutboxDepth: 0,
  OutboxAgeMs: 0,
  LateChunks: 0,
  DamagedChunks: 0,
};

test("aggregateWindows writes one log line a run, with these fields when all is well", async () => {
  const rig = await probedRig("eu", "us");
  rig.lines.length = 0;
  await aggregateWindows(rig.services());
  assert.deepEqual(rig.lines, [
    {
      metrics: QUIET_METRICS,
      watermark: "2026-01-05T12:01:00.000Z",
      openWindows: 0,
      missing: [],
      unreadable: [],
      damagedRecords: 0,
      heartbeatFailed: [],
    },
  ]);
});

test("aggregateWindows writes no fields but the reason when another run holds the lock", async () => {
  const rig = new Rig();
  await rig.lock.acquire("other", NOON, NOON + 55_000);
  await aggregateWindows(rig.services());
  assert.deepEqual(rig.lines, [{ metrics: {}, skipped: "another run holds the lock" }]);
});

test("aggregateWindows logs a lag of 0 while its watermark is in the future", async () => {
  const rig = new Rig();
  await aggregateWindows(rig.services({ now: () => NOON - 15_000 }));
  assert.equal(rig.lines.at(-1)?.watermark, "2026-01-05T12:00:00.000Z");
  assert.equal(rig.metrics.WindowLagMs, 0);
});

test("aggregateWindows logs the time from its watermark to the run's end as its lag", async () => {
  const rig = new Rig();
  let nowMs = NOON;
  const sleepy = { ...rig.services(), now: () => nowMs };
  await aggregateWindows({
    ...sleepy,
    lock: {
      acquire: (...args) => rig.lock.acquire(...args),
      want: () => rig.lock.want(),
      release: (holder) => rig.lock.release(holder),
      releaseUnlessWanted: async (holder) => {
        nowMs = NOON + 7;
        return rig.lock.releaseUnlessWanted(holder);
      },
    },
  });
  assert.equal(rig.metrics.WindowLagMs, 7);
});

test("aggregateWindows logs how many records of tasks can't be read", async () => {
  const rig = await probedRig("eu", "us");
  const states = {
    readRecords: async () => ({ records: [], damaged: ["x", "y"] }),
    readRecord: async () => null,
    putRecord: (record: Parameters<typeof rig.states.putRecord>[0]) => rig.states.putRecord(record),
  };
  await aggregateWindows(rig.services({ states }));
  assert.equal(rig.lines.at(-1)?.damagedRecords, 2);
});

test("aggregateWindows logs the bus's error when it refuses the heartbeat", async () => {
  const rig = await probedRig("eu", "us");
  rig.bus.refuses = ({ detailType }) => detailType === "Probe Fleet Heartbeat";
  await aggregateWindows(rig.services());
  assert.deepEqual(rig.lines.at(-1)?.heartbeatFailed, ["ThrottlingException"]);
});

test("aggregateWindows sends one heartbeat a run, for the last window", async () => {
  const rig = await probedRig("eu", "us");
  await rig.probe();
  rig.nowMs = minute(2);
  await aggregateWindows(rig.services());
  assert.deepEqual(
    rig.bus.published.map(({ detailType, time }) => [detailType, time]),
    [["Probe Fleet Heartbeat", minute(2)]],
  );
  assert.equal(rig.metrics.Windows, 2);
  await aggregateWindows(rig.services());
  assert.equal(rig.bus.published.length, 1, "a run without a window sends none");
  assert.deepEqual(rig.lines.at(-1)?.missing, []);
});

test("aggregateWindows logs the chunks that are damaged", async () => {
  const rig = await probedRig("eu", "us");
  const { chunks } = rig.region("us");
  assert.ok(chunks instanceof FakeChunkStore);
  chunks.damageChunk(0, NOON, 0);
  chunks.damageChunk(0, NOON, 2);
  await aggregateWindows(rig.services());
  assert.deepEqual(rig.metrics, { ...QUIET_METRICS, DamagedChunks: 2 });
});

test("aggregateWindows logs a region that can't be read with the class of its error", async () => {
  const rig = await probedRig("eu", "us");
  const us = rig.region("us");
  const broken = { ...us, leases: brokenAt(us.leases, "readLease") };
  await aggregateWindows(rig.services({ regions: new Map(rig.regions).set("us", broken) }));
  const { metrics, missing, unreadable, openWindows } = rig.lines.at(-1) ?? assert.fail();
  assert.deepEqual(metrics, { ...QUIET_METRICS, RegionsMissing: 1 });
  assert.deepEqual(missing, ["us"]);
  assert.deepEqual(unreadable, [{ region: "us", reason: "Error" }]);
  assert.equal(openWindows, 1);
});

test("aggregateWindows logs how many events are pending and how old the oldest is", async () => {
  const rig = new Rig();
  await rig.plan([aTask("a"), aTask("b")]);
  await rig.begin();
  rig.world = () => "refused";
  rig.bus.refuses = ({ detailType }) => detailType === "TCP Probe Alert State Change";
  await rig.live(4);
  const times = [...(await rig.states.readRecords()).records].flatMap(({ pending }) =>
    pending.map(({ time }) => time),
  );
  const nowMs = minute(3) + 25_000;
  assert.ok(times.length >= 2);
  assert.equal(rig.metrics.OutboxDepth, times.length);
  assert.equal(rig.metrics.OutboxAgeMs, nowMs - Math.min(...times));
});

test("aggregateWindows does not revisit a window that it has closed in the same run", async () => {
  const rig = await probedRig("eu");
  await rig.claim("us", NOON);
  const us = rig.region("us");
  let reads = 0;
  const counted: RegionStores = {
    ...us,
    chunks: {
      readChunks: (shard, termsBegan) => {
        reads++;
        return us.chunks.readChunks(shard, termsBegan);
      },
    },
  };
  const regions = new Map<string, RegionStores>(rig.regions).set("us", counted);
  await aggregateWindows(rig.services({ regions, now: () => minute(1) + 60_000 }));
  assert.deepEqual([rig.lines.at(-1)?.openWindows, reads], [1, 1]);
  await aggregateWindows(rig.services({ regions, now: () => minute(1) + 61_000 }));
  assert.equal(reads, 2, "the next run revisits it");
});

test("aggregateWindows tells the dead man of a run that went well, and says why it could not", async () => {
  let toldCount = 0;
  for (const code of ["HTTP_404", null]) {
    const rig = await probedRig("eu");
    const tell = async () => {
      toldCount++;
      return code;
    };
    const deadMan = { tell };
    await aggregateWindows(rig.services({ deadMan }));
    const sentence = "The dead man could not be told that the fleet runs: HTTP_404";
    assert.equal(rig.lines.at(-1)?.deadMan, code === null ? undefined : sentence);
  }
  assert.equal(toldCount, 2);
});

test("aggregateWindows tells the dead man nothing while something is wrong", async () => {
  const deadMan = { tell: () => assert.fail("it must not be told") };
  const refused = await probedRig("eu", "us");
  refused.bus.refuses = ({ detailType }) => detailType === "Probe Fleet Heartbeat";
  await aggregateWindows(refused.services({ deadMan }));
  const early = new Rig();
  await aggregateWindows(early.services({ deadMan }));
  const silent = await probedRig();
  silent.nowMs = minute(4);
  await aggregateWindows(silent.services({ deadMan }));
  const broken = await probedRig("eu", "us");
  const lock = brokenAt(broken.lock, "releaseUnlessWanted");
  await assert.rejects(aggregateWindows(broken.services({ deadMan, lock })));
});
