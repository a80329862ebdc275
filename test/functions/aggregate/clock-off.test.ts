import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import type { ClockReading } from "../../../shared/clock/clock.ts";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import { aTask } from "../../fakes/results.ts";
import { minute, NOON, Rig } from "./rig.ts";

/** What a probe knows whose clock must be set forward by so much; null if no server answered. */
function clockOf(offsetMs: number | null): ClockReading {
  if (offsetMs === null) return { askedCount: 3, answeredCount: 0, figures: null };
  const figures = { offsetMs, stabilityMs: 0.5, jitterMs: 0.25, roundTripMs: 20 };
  return { askedCount: 3, answeredCount: 3, figures };
}

/** A fleet whose regions know this of their clocks, a figure for each shard, after one minute. */
async function lived(
  offsets: Readonly<Record<string, readonly (number | null)[]>>,
  thresholdMs?: number,
) {
  const rig = new Rig(["eu", "us"], 2);
  await rig.begin();
  await rig.plan(Array.from({ length: 6 }, (_, i) => aTask(`task ${i}`)));
  for (const name of ["eu", "us"]) {
    const chunks = await rig.claim(name, NOON);
    const known = chunks.map((chunk) => {
      const offset = offsets[name]?.[chunk.shard];
      if (offset === undefined) return chunk;
      return { ...chunk, notes: { ...chunk.notes, clock: clockOf(offset) } };
    });
    await rig.store(name, known);
  }
  rig.nowMs = minute(1);
  await rig.run(thresholdMs === undefined ? {} : { clockThresholdMs: thresholdMs });
  return rig;
}

interface Detail {
  readonly clocks_off?: readonly string[];
  readonly regions: readonly {
    readonly region: string;
    readonly sample_count: number;
    readonly clock?: Readonly<Record<string, number>>;
  }[];
}

function heartbeatOf({ bus }: Rig): Detail {
  const event = bus.published.findLast(({ detailType }) => detailType === DETAIL_TYPES.heartbeat);
  return event?.detail as unknown as Detail;
}

/** How many connect times of a region are in its summaries. */
function timesUsed({ summaries }: Rig, region: string): number {
  return summaries.all.filter(({ regions }) => regions[region]?.avgConnectTimeMs != null).length;
}

describe("a region whose clock is off", () => {
  it("is named in the heartbeat and the log, and its times are not used", async () => {
    const rig = await lived({ eu: [12, -7], us: [10_000, 10_000] });
    const { clocks_off, regions } = heartbeatOf(rig);
    assert.deepEqual(clocks_off, ["us"]);
    assert.deepEqual(rig.lines.at(-1)?.clocksOff, ["us"]);
    assert.deepEqual(
      regions.map(({ region, clock, sample_count }) => [region, clock?.offset_ms, sample_count]),
      [
        ["eu", 12, 24],
        ["us", 10_000, 24],
      ],
    );
    assert.equal(timesUsed(rig, "eu"), 6);
    assert.equal(timesUsed(rig, "us"), 0);
    assert.deepEqual(rig.events, []);
  });

  it("is one with a shard that is off; the checks of its other shard are as they are", async () => {
    const rig = await lived({ us: [-3, -1_500] });
    const { clocks_off, regions } = heartbeatOf(rig);
    assert.deepEqual(clocks_off, ["us"]);
    assert.equal(regions.find(({ region }) => region === "us")?.clock?.offset_ms, -1_500);
    const used = timesUsed(rig, "us");
    assert.ok(used > 0 && used < 6, `${used} tasks have times`);
  });

  it("is judged by the fleet's threshold", async () => {
    const offsets = { us: [300, 300] };
    assert.equal(heartbeatOf(await lived(offsets)).clocks_off, undefined);
    const strict = await lived(offsets, 250);
    assert.deepEqual(heartbeatOf(strict).clocks_off, ["us"]);
    assert.equal(timesUsed(strict, "us"), 0);
  });
});

describe("a region whose clock is not known", () => {
  it("is not off if no server answered", async () => {
    const rig = await lived({ us: [null, null] });
    const { clocks_off, regions } = heartbeatOf(rig);
    assert.equal(clocks_off, undefined);
    assert.deepEqual(regions.find(({ region }) => region === "us")?.clock, { answered_percent: 0 });
    assert.equal(timesUsed(rig, "us"), 6);
  });

  it("has no clock in the heartbeat if it asks no server", async () => {
    const rig = await lived({});
    for (const region of heartbeatOf(rig).regions) assert.equal("clock" in region, false);
    assert.equal("clocksOff" in (rig.lines.at(-1) ?? {}), false);
  });
});
