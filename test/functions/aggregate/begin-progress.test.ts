import { strict as assert } from "node:assert";
import { test } from "node:test";
import { aTask } from "../../fakes/results.ts";
import { minute, Rig } from "./rig.ts";

async function aFleet(minutes: number): Promise<Rig> {
  const rig = new Rig();
  await rig.plan([aTask("a")]);
  await rig.begin();
  await rig.live(minutes);
  return rig;
}

function saidFaults(rig: Rig): unknown[] {
  return rig.lines.flatMap(({ faults }) => faults ?? []);
}

test("aggregateWindows goes on beside what is odd in its progress, and says so once", async () => {
  const rig = await aFleet(2);
  rig.progress.spoilProgress({ faults: ["odd window"] });
  await rig.live(3);
  assert.deepEqual(saidFaults(rig), ["odd window"]);
  for (const at of [0, 1, 2, 3]) assert.equal(rig.summaryOf("a", minute(at))?.complete, true);
});

test("aggregateWindows goes on from the next whole minute if its watermark can't be read", async () => {
  const rig = await aFleet(4);
  const openWindows = [{ startMs: minute(1), regions: { eu: null } }];
  rig.progress.spoilProgress({ watermarkMs: null, openWindows, faults: ["odd watermark"] });
  rig.world = () => "refused";
  await rig.live(6);
  assert.deepEqual(saidFaults(rig), [
    "odd watermark",
    "How far the summaries are can't be read: they go on from 2026-01-05T12:05:00.000Z",
  ]);
  const summarised = rig.summaries.all.map(({ periodStartMs }) => periodStartMs);
  assert.deepEqual(summarised, [0, 1, 2, 5, 6, 7, 8].map(minute));
  assert.deepEqual(rig.events, ["a: OK to CRITICAL"]);
  assert.equal(rig.lines.at(-1)?.openWindows, 0);
});
