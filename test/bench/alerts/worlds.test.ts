import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { beatsOf, TIMEOUT_MS } from "../../../bench/alerts/setting.ts";
import { BEGINNING_MS, makeWorld, type WorldKind } from "../../../bench/alerts/worlds/kind.ts";
import { firstBeat, Sight } from "../../../bench/alerts/worlds/sight.ts";
import { WORLD_KINDS, worldKind } from "../../../bench/alerts/worlds/worlds.ts";
import { hash32 } from "../../../shared/hash.ts";
import { staggerOf } from "../../../shared/plan/plan.ts";
import { slotsOfTerm } from "../../../shared/slot/slot.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

const BEAT = { firstMs: BEGINNING_MS + 7_000, periodMs: 30 * SECOND_MS };

function shortened(kind: WorldKind): WorldKind {
  return { ...kind, spanMs: Math.min(kind.spanMs, DAY_MS) };
}

/** Which of a region's checks fail in a world. */
function failuresIn(kind: WorldKind, seed: number, region = 0): number[] {
  const world = makeWorld(shortened(kind), seed, 3);
  const sight = new Sight(world, region);
  const failures: number[] = [];
  for (let at = BEAT.firstMs; at < world.toMs; at += BEAT.periodMs) {
    if (!sight.answerAt(at, TIMEOUT_MS).passed) failures.push(at);
  }
  return failures;
}

describe("makeWorld", () => {
  it("makes the same world of the same seed, and another of another", () => {
    for (const kind of WORLD_KINDS) {
      assert.deepEqual(failuresIn(kind, 3), failuresIn(kind, 3), kind.name);
    }
    const loss = worldKind("loss 5 %");
    assert.notDeepEqual(failuresIn(loss, 3), failuresIn(loss, 4));
    assert.notDeepEqual(failuresIn(loss, 3), failuresIn(loss, 3, 1));
  });

  it("loses as many checks as its parameters say", () => {
    const checkCount = DAY_MS / BEAT.periodMs;
    for (const [name, share] of [["loss 5 %", 0.05] as const, ["1 of 4 dead", 0.25] as const]) {
      const found = failuresIn(worldKind(name), 11).length / checkCount;
      assert.ok(Math.abs(found - share) < 0.02, `${name}: ${found}`);
    }
  });

  it("lets every region see an outage, from its first to before its last instant", () => {
    const world = makeWorld(worldKind("outage 2 min"), 5, 3);
    const [outage] = world.troubles;
    assert.ok(outage !== undefined);
    for (const region of [0, 1, 2]) {
      const sight = new Sight(world, region);
      const passes = (at: number) => sight.answerAt(at, TIMEOUT_MS).passed;
      assert.deepEqual(
        [outage.fromMs, outage.toMs - 1].map(passes),
        [false, false],
        `region ${region}`,
      );
      assert.equal(passes(outage.toMs + 1), true);
    }
  });
});

describe("Sight.nextFailure", () => {
  it("finds the checks that answerAt says will fail, and no other", () => {
    for (const kind of WORLD_KINDS) {
      const world = makeWorld(shortened(kind), 8, 3);
      const found: number[] = [];
      const sight = new Sight(world, 1);
      for (
        let at = sight.nextFailure(BEAT, BEAT.firstMs);
        at < world.toMs;
        at = sight.nextFailure(BEAT, at + 1)
      ) {
        found.push(at);
      }
      assert.deepEqual(found, failuresIn(kind, 8, 1), kind.name);
    }
  });
});

describe("beatsOf", () => {
  it("has the slots of the real schedule, of any schedule and region", () => {
    const regions = ["ap-southeast-2", "eu-central-1", "sa-east-1"];
    for (const seconds of [15, 30, 60, 300]) {
      const setting = { regionCount: 3, scheduleMs: seconds * SECOND_MS };
      const task = { name: "task 9", scheduleMs: setting.scheduleMs };
      for (const [region, beat] of beatsOf(setting, 9, BEGINNING_MS).entries()) {
        const stagger = staggerOf(regions, regions[region] ?? "");
        const second = (hash32(`${regions[region]} 9`) % 60) * SECOND_MS;
        const real: number[] = [];
        for (let at = BEGINNING_MS + second; at < BEGINNING_MS + HOUR_MS; at += MINUTE_MS) {
          real.push(
            ...slotsOfTerm(
              task,
              { staggerPermille: stagger },
              { fromMs: at, toMs: at + MINUTE_MS },
            ),
          );
        }
        assert.ok(real.length >= 11);
        for (const slot of real) {
          assert.equal(firstBeat(beat, slot), slot, `${seconds} s, region ${region}`);
        }
      }
    }
  });
});
