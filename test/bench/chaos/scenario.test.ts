import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DISTURBANCES } from "../../../bench/chaos/disturb.ts";
import { PLACES } from "../../../bench/chaos/regions.ts";
import { makeScenario } from "../../../bench/chaos/scenario.ts";
import { staggerOf } from "../../../shared/plan/plan.ts";
import { nominalSlots } from "../../../shared/slot/slot.ts";
import { MINUTE_MS } from "../../../shared/units.ts";

const SEEDS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const LENGTH_MS = 30 * MINUTE_MS;

describe("makeScenario", () => {
  it("is the same for the same seed, and another for another", () => {
    assert.deepEqual(makeScenario("a", LENGTH_MS), makeScenario("a", LENGTH_MS));
    assert.notDeepEqual(makeScenario("a", LENGTH_MS), makeScenario("b", LENGTH_MS));
  });

  it("takes an agent's way to AWS for an hour, or as long as the run allows, and kills it once", () => {
    const longMs = 120 * MINUTE_MS;
    for (const lengthMs of [2 * MINUTE_MS, 6 * MINUTE_MS, longMs]) {
      const { agentTrouble } = makeScenario("a", lengthMs);
      assert.equal(agentTrouble === null, lengthMs < 4 * MINUTE_MS);
      if (agentTrouble === null) continue;
      const { awayFromMs, awayToMs, killedAtMs } = agentTrouble;
      const lastsMs = awayToMs - awayFromMs;
      assert.ok(lengthMs === longMs ? lastsMs === 60 * MINUTE_MS : lastsMs > 2 * MINUTE_MS);
      assert.ok(awayToMs <= lengthMs - MINUTE_MS && killedAtMs < lengthMs - MINUTE_MS);
      assert.ok(killedAtMs < awayFromMs || killedAtMs > awayToMs);
    }
  });

  for (const seed of SEEDS) {
    const { tasks, disturbances } = makeScenario(seed, LENGTH_MS);
    const outages = tasks.flatMap((task) => task.outages);
    const changes = outages.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);

    it(`has targets that fail and come back in whole minutes, with seed ${seed}`, () => {
      assert.ok(outages.length > tasks.length);
      for (const change of changes) {
        if (change !== Number.POSITIVE_INFINITY) assert.equal(change % MINUTE_MS, 0);
      }
      for (const { outages } of tasks) {
        const spells = outages.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
        const lengths = spells.slice(1).map((atMs, i) => atMs - (spells[i] ?? 0));
        assert.ok(lengths.every((ms) => ms >= 3 * MINUTE_MS));
      }
      assert.ok(tasks.some((task) => task.outages.length === 0));
      assert.ok(tasks.some((task) => task.outages[0]?.toMs === Number.POSITIVE_INFINITY));
    });

    it(`disturbs often, but not while a target changes, with seed ${seed}`, () => {
      assert.ok(disturbances.length > 20, `${disturbances.length} disturbances`);
      for (const { name, atMs } of disturbances) {
        const endMs = atMs + DISTURBANCES[name].lastsMs;
        assert.ok(endMs <= LENGTH_MS);
        assert.ok(!changes.some((change) => change >= atMs && change <= endMs));
      }
    });
  }

  it("has no slot near the beginning of a minute, when a target may change", () => {
    const minute = { fromMs: 0, toMs: MINUTE_MS };
    for (const task of makeScenario("a", LENGTH_MS).tasks) {
      const slots = PLACES.flatMap((region) =>
        nominalSlots(task, { staggerPermille: staggerOf(PLACES, region) }, minute),
      );
      assert.equal(slots.length, (PLACES.length * MINUTE_MS) / task.scheduleMs);
      assert.ok(slots.every((slot) => slot >= 500 && slot <= MINUTE_MS - 500));
    }
  });
});
