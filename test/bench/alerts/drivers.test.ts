import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CONTESTANTS, contestantNamed, OWN } from "../../../bench/alerts/contestants.ts";
import { addTallies, NOTHING, scoreWorld, type Tally } from "../../../bench/alerts/score.ts";
import { makeWorld, type WorldKind } from "../../../bench/alerts/worlds/kind.ts";
import { WORLD_KINDS, worldKind } from "../../../bench/alerts/worlds/worlds.ts";
import { DAY_MS, SECOND_MS } from "../../../shared/units.ts";

const MINUTELY = { regionCount: 3, scheduleMs: 60 * SECOND_MS };
const SETTINGS = [
  MINUTELY,
  { regionCount: 1, scheduleMs: 15 * SECOND_MS },
  { regionCount: 5, scheduleMs: 300 * SECOND_MS },
];

/** The steps differ from each other in a figure; some of them stand for all. */
const TRIED = CONTESTANTS.filter(
  ({ name, group }) => group !== "step" || ["no rechecks", "3 of 5", "reference"].includes(name),
);

/** Worlds in which stretches may be skipped. */
const SKIPPABLE = WORLD_KINDS.filter((kind) => !kind.isAboutLatency && !kind.isAboutTransport);

function shortened(kind: WorldKind): WorldKind {
  return { ...kind, spanMs: Math.min(kind.spanMs, DAY_MS / 2) };
}

/** What a rule does in some worlds of a kind. */
function tallyIn(name: string, kind: string, count: number, setting = MINUTELY): Tally {
  let tally = NOTHING;
  for (let seed = 1; seed <= count; seed++) {
    const world = makeWorld(worldKind(kind), 1_000 + seed, setting.regionCount);
    const counted = contestantNamed(name).run(world, setting, true);
    tally = addTallies(tally, scoreWorld(world, counted, setting.scheduleMs));
  }
  return tally;
}

describe("a contestant", () => {
  it("tells the same whether stretches without a failure are skipped or not", () => {
    let noteCount = 0;
    for (const kind of SKIPPABLE) {
      for (const [i, setting] of SETTINGS.entries()) {
        const world = makeWorld(shortened(kind), 40 + i, setting.regionCount);
        for (const { name, run } of TRIED) {
          const [skipped, whole] = [true, false].map((skips) => run(world, setting, skips).notes);
          assert.deepEqual(skipped, whole, `${name}, ${kind.name}, ${setting.regionCount}`);
          noteCount += whole?.length ?? 0;
        }
      }
    }
    assert.ok(noteCount > 1_000);
  });

  it("tells the same of the same world again", () => {
    const world = makeWorld(worldKind("outages mixed"), 4, 3);
    for (const { run } of TRIED) {
      assert.deepEqual(run(world, MINUTELY, true), run(world, MINUTELY, true));
    }
  });
});

describe("the figures of peers", () => {
  it("are those that their rules must have", () => {
    const short = "outage 2 min";
    assert.equal(tallyIn("Gatus 3/2", short, 2).missed, 40);
    assert.equal(tallyIn("Route 53", short, 2).missed, 40);
    assert.equal(tallyIn("synfleet 0.1", short, 2).missed, 0);
    assert.ok(tallyIn("OpenStatus", "restarts", 1).restartsPaged > 5);
    assert.equal(tallyIn("Checkly 2 runs, 50 %", "flapping 120 s", 1).flapNotes, 180);
  });

  it("are hundreds of false pages a month for a share of one minute in one region", () => {
    const tally = tallyIn("synfleet 0.1", "loss 1 %", 2, { ...MINUTELY, regionCount: 1 });
    assert.ok(Math.abs(tally.falsePages / tally.months - 425) < 40, `${tally.falsePages}`);
  });
});

describe("the fleet's own judgement of incidents", () => {
  it("tells the same as the rule that was written a second time, where nothing is on the edge", () => {
    for (const kind of SKIPPABLE.filter(({ name }) => !/^flapping|^1 of 2/.test(name))) {
      for (const [i, setting] of SETTINGS.entries()) {
        const world = makeWorld(shortened(kind), 60 + i, setting.regionCount);
        const [own, reference] = ["incidents alone", "reference"].map(
          (name) => contestantNamed(name).run(world, setting, true).notes,
        );
        assert.deepEqual(own, reference, `${kind.name}, ${setting.regionCount}`);
      }
    }
  });

  it("finds every outage of two minutes, soon, with one page each", () => {
    const tally = tallyIn(OWN, "outage 2 min", 3);
    assert.deepEqual([tally.missed, tally.onceCount], [0, 60]);
    assert.ok(Math.max(...tally.detectSeconds) <= 95, `${tally.detectSeconds}`);
  });

  it("keeps quiet at a steady loss, and holds back while a target flaps", () => {
    assert.equal(tallyIn(OWN, "loss 3 %", 3).falsePages, 0);
    const { flapNotes, flapHours } = tallyIn(OWN, "flapping 120 s", 2);
    assert.ok(flapNotes / flapHours <= 4);
  });
});
