import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instantsFrom, moveIncident } from "../../../shared/health/incident.ts";
import type { DownSpell, Incident, RegionHealth } from "../../../shared/health/model.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "../../../shared/health/task-state.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { NOON, policyWith } from "./windows.ts";

const CLOSED: Incident = INITIAL_STATE.incident;

/** A region whose last failed check, while it was down, is so long before noon. */
function down(agoMs = 0, different: Partial<RegionHealth> = {}): RegionHealth {
  const lastFailAtMs = NOON - agoMs;
  return {
    ...INITIAL_HEALTH,
    ...{ status: "unhealthy", failCount: 4, lastFailAtMs, lastDownAtMs: lastFailAtMs },
    downs: [spell(lastFailAtMs)],
    ...{ firstFailAtMs: lastFailAtMs - 20 * SECOND_MS, unhealthySinceMs: lastFailAtMs },
    ...different,
  };
}

/** A region that is healthy again, and was down so long before noon. */
function recovered(agoMs: number, recoveredAtMs = NOON - agoMs + 1): RegionHealth {
  const lastDownAtMs = NOON - agoMs;
  return { ...INITIAL_HEALTH, lastDownAtMs, downs: [spell(lastDownAtMs, { recoveredAtMs })] };
}

function spell(atMs: number, different: Partial<DownSpell> = {}): DownSpell {
  return { firstAtMs: atMs, lastAtMs: atMs, recoveredAtMs: null, ...different };
}

/** A region that gives no samples since so long before noon. */
function silent(agoMs: number, health = INITIAL_HEALTH): RegionHealth {
  return { ...health, silentSinceMs: NOON - agoMs };
}

const up = INITIAL_HEALTH;

interface Setup {
  readonly incident?: Incident;
  readonly atMs?: number;
  readonly scheduleMs?: number;
  readonly sick?: readonly string[];
  readonly alert?: AlertOverrides;
}

function move(regions: readonly RegionHealth[], setup: Setup = {}) {
  const names = ["a", "b", "c", "d", "e"];
  const now = {
    atMs: setup.atMs ?? NOON,
    scheduleMs: setup.scheduleMs ?? MINUTE_MS,
    regions: new Map(regions.map((health, i) => [names[i] ?? "", health])),
    sick: new Set(setup.sick ?? []),
  };
  return moveIncident(setup.incident ?? CLOSED, now, policyWith(setup.alert ?? {}));
}

function opens(regions: readonly RegionHealth[], setup: Setup = {}): boolean {
  return move(regions, setup).incident.openedAtMs !== null;
}

/** So many regions, the first of which are down. */
function regionsOf(total: number, downCount: number): RegionHealth[] {
  return Array.from({ length: total }, (_, i) => (i < downCount ? down() : up));
}

describe("moveIncident opens by quorum", () => {
  const quorums = [
    { quorum: "majority", total: 2, needed: 2 },
    { quorum: "majority", total: 3, needed: 2 },
    { quorum: "majority", total: 4, needed: 3 },
    { quorum: "majority", total: 5, needed: 3 },
    { quorum: 1, total: 3, needed: 1 },
    { quorum: 2, total: 5, needed: 2 },
    { quorum: 3, total: 3, needed: 3 },
    { quorum: 3, total: 2, needed: 2 },
    { quorum: 5, total: 5, needed: 5 },
  ] as const;
  for (const { quorum, total, needed } of quorums) {
    it(`${quorum}: ${needed} of ${total} regions`, () => {
      for (let downCount = 0; downCount <= total; downCount++) {
        const { incident, quorum: taken } = move(regionsOf(total, downCount), {
          alert: { quorum },
        });
        assert.equal(incident.openedAtMs, downCount >= needed ? NOON : null, `${downCount} down`);
        assert.equal(taken.needed, needed);
        assert.equal(taken.voters.length, total);
        assert.equal(taken.down.length, downCount);
      }
    });
  }

  it("numbers the incident and keeps when the last one closed", () => {
    const last = { ...CLOSED, number: 6, closedAtMs: NOON - 60 * MINUTE_MS };
    assert.deepEqual(move([down(), down()], { incident: last }).incident, {
      number: 7,
      openedAtMs: NOON,
      closedAtMs: NOON - 60 * MINUTE_MS,
      reopenings: 0,
      belowSinceMs: null,
    });
  });

  it("only if so many regions report as the policy wants", () => {
    const alert = { minReporting: 3 };
    assert.equal(opens([down(), down(), up], { alert }), true);
    assert.equal(opens([down(), down()], { alert }), false);
    assert.equal(opens([down(), down(), silent(10 * MINUTE_MS)], { alert }), false);
    assert.equal(opens([down(0, surely)], { alert: { minReporting: 2 } }), false);
  });

  it("of nobody: never", () => {
    assert.equal(opens([]), false);
    assert.equal(opens([down(), down()], { sick: ["a", "b"] }), false);
  });

  it("returns the same object if nothing changed", () => {
    assert.equal(move([down(), up]).incident, CLOSED);
  });
});

/** Five failures over three quarters of a minute. */
const surely: Partial<RegionHealth> = { failCount: 5, firstFailAtMs: NOON - 45 * SECOND_MS };

describe("moveIncident asks a lone region to be surer", () => {
  const lone: readonly (readonly [string, boolean, Partial<RegionHealth>, AlertOverrides])[] = [
    ["five failures over 45 s", true, surely, {}],
    ["four failures, however long", false, { ...surely, failCount: 4 }, {}],
    ["less than 45 s", false, { ...surely, firstFailAtMs: NOON - 44_999 }, {}],
    ["one failure more than a threshold of 6", false, { ...surely, failCount: 6 }, over(6)],
    ["7 failures at a threshold of 6", true, { ...surely, failCount: 7 }, over(6)],
    ["a threshold of 3 is the user's word", true, { failCount: 3 }, over(3)],
    ["a threshold of 4 is not", false, { failCount: 4 }, over(4)],
    ["3 of 5 is the user's word", true, { failCount: 1 }, { failures: { failed: 3, of: 5 } }],
    ["a region that is not down yet", false, { ...surely, status: "healthy" }, over(3)],
    ["a region whose last check passed", false, { ...surely, lastFailAtMs: null }, over(3)],
  ];
  for (const [what, isOpened, health, alert] of lone) {
    it(`${what}: ${isOpened ? "opens" : "stays"}`, () =>
      assert.equal(opens([down(0, health)], { alert }), isOpened));
  }

  it("where the others are silent, or their probes are sick", () => {
    const hour = silent(60 * MINUTE_MS);
    assert.equal(opens([down(), hour, hour]), false);
    assert.equal(opens([down(0, surely), hour, hour]), true);
    assert.equal(opens([down(), up], { sick: ["b"] }), false);
    assert.equal(opens([down(0, surely), up], { sick: ["b"] }), true);
  });

  it("and a recovered one is not down, however recent", () => {
    assert.equal(opens([recovered(0)]), false);
  });

  function over(failureThreshold: number): AlertOverrides {
    return { failureThreshold };
  }
});

describe("moveIncident takes regions together that were down at nearly the same time", () => {
  const spans = [
    { scheduleMs: 15_000, recentMs: 20_000, alert: {} },
    { scheduleMs: 60_000, recentMs: 20_000, alert: {} },
    { scheduleMs: 60_001, recentMs: 45_000, alert: {} },
    { scheduleMs: 300_000, recentMs: 45_000, alert: {} },
    { scheduleMs: 15_000, recentMs: 20_000, alert: { recheckSeconds: [] } },
    { scheduleMs: 60_000, recentMs: 60_000, alert: { recheckSeconds: [] } },
    { scheduleMs: 300_000, recentMs: 300_000, alert: { recheckSeconds: [] } },
  ];
  for (const { scheduleMs, recentMs, alert } of spans) {
    const how = "recheckSeconds" in alert ? " without rechecks" : "";
    it(`at ${scheduleMs} ms${how}: ${recentMs} ms`, () => {
      assert.equal(opens([down(), down(recentMs), up], { scheduleMs, alert }), true);
      assert.equal(opens([down(), down(recentMs + 1), up], { scheduleMs, alert }), false);
    });
  }

  it("also if one of them recovered since", () => {
    assert.equal(opens([down(), recovered(20_000), up]), true);
    assert.equal(opens([recovered(3_000), recovered(20_000), up]), true);
    assert.equal(opens([down(), recovered(20_001), up]), false);
  });

  it("but nothing before the last close, nor the check that closed it", () => {
    const incident = { ...CLOSED, number: 1, closedAtMs: NOON - 10_000 };
    assert.equal(opens([down(), down(9_999), up], { incident }), true);
    assert.equal(opens([down(), down(10_000), up], { incident }), false);
    assert.equal(opens([down(), recovered(15_000), up], { incident }), false);
  });

  const known = [
    { spells: [[-30, 90]], isOpened: true },
    { spells: [[0, 0]], isOpened: true },
    { spells: [[-20, -20]], isOpened: true },
    { spells: [[-60, -21]], isOpened: false },
    { spells: [[1, 90]], isOpened: false },
    {
      spells: [
        [-90, -21],
        [1, 90],
      ],
      isOpened: false,
    },
    {
      spells: [
        [-5, -5],
        [60, 60],
      ],
      isOpened: true,
    },
  ] as const;
  for (const { spells, isOpened } of known) {
    it(`at an instant, whatever is known of later: ${JSON.stringify(spells)}`, () => {
      const downs = spells.map(([from, to]) =>
        spell(NOON + from * SECOND_MS, { lastAtMs: NOON + to * SECOND_MS }),
      );
      const ahead = { ...down(), lastDownAtMs: downs.at(-1)?.lastAtMs ?? null, downs };
      assert.equal(opens([down(), ahead, up]), isOpened);
    });
  }
});

describe("instantsFrom", () => {
  const turned = recovered(-60_000, NOON + 70_000);

  it("is the sample's own instant while no region is ahead", () => {
    const regions = new Map([
      ["a", down()],
      ["b", recovered(5_000, NOON)],
    ]);
    assert.deepEqual(instantsFrom(NOON, regions), [NOON]);
  });

  it("is also when regions that are ahead fell and recovered, in order", () => {
    const regions = new Map([
      ["a", turned],
      ["b", down(-65_000)],
    ]);
    const later = [60_000, 65_000, 70_000].map((afterMs) => NOON + afterMs);
    assert.deepEqual(instantsFrom(NOON, regions), [NOON, ...later]);
    assert.deepEqual(instantsFrom(NOON + 65_000, regions), later.slice(1));
  });
});

describe("moveIncident hears regions", () => {
  const fresh = [
    { scheduleMs: 15_000, freshMs: 150_000 },
    { scheduleMs: 75_000, freshMs: 150_000 },
    { scheduleMs: 300_000, freshMs: 600_000 },
  ];
  for (const { scheduleMs, freshMs } of fresh) {
    it(`at ${scheduleMs} ms for ${freshMs} ms after their last check`, () => {
      const [heard, deaf] = [silent(freshMs), silent(freshMs + 1)];
      assert.deepEqual(move([down(), up, heard], { scheduleMs }).quorum.voters, ["a", "b", "c"]);
      assert.deepEqual(move([down(), up, deaf], { scheduleMs }).quorum.voters, ["a", "b"]);
    });
  }

  it("that are silent for long neither for nor against an opening", () => {
    const gone = silent(10 * MINUTE_MS);
    assert.equal(opens([down(), down(), gone, gone, gone]), true);
    assert.equal(opens([down(), up, silent(10 * MINUTE_MS, down())]), false);
  });

  it("that are sick neither for nor against it", () => {
    assert.equal(opens([down(), down(), up], { sick: ["b"] }), false);
    assert.equal(opens([down(), down(), up, up, up], { sick: ["d", "e"] }), true);
    assert.deepEqual(move([down(), down(), up], { sick: ["a"] }).quorum, {
      voters: ["b", "c"],
      down: ["b"],
      needed: 2,
    });
  });
});

/** Open for an hour. */
const OPEN: Incident = { ...CLOSED, number: 3, openedAtMs: NOON - 60 * MINUTE_MS };

describe("moveIncident holds an open incident", () => {
  const held = [
    ["while enough regions are down, however long ago they were asked", [down(), down(300_000)]],
    ["while silent regions were down, which is no recovery", [goneDown(), goneDown(), up]],
    ["while it can't hear any region", [silent(10 * MINUTE_MS), silent(10 * MINUTE_MS)]],
  ] as const;
  for (const [what, regions] of held) {
    it(what, () => assert.equal(move(regions, { incident: OPEN }).incident, OPEN));
  }

  it("by sick regions only if one that is not sick agrees, or there is no other", () => {
    const setup = (...sick: string[]) => ({ incident: OPEN, sick });
    assert.equal(move([down(), down(), up], setup("a")).incident, OPEN);
    assert.equal(move([down(), down()], setup("a", "b")).incident, OPEN);
    assert.equal(move([up, up], setup("a", "b")).incident.closedAtMs, NOON);
    assert.equal(move([down(), up, up], setup("a")).incident.closedAtMs, NOON);
  });

  it("not by sick regions alone, where another one is up", () => {
    const { incident } = move([down(), down(), up], { incident: OPEN, sick: ["a", "b"] });
    assert.deepEqual([incident.openedAtMs, incident.closedAtMs], [null, NOON]);
  });

  it("not by too few regions, although they are silent", () => {
    const { incident, quorum } = move([goneDown(), up, up], { incident: OPEN });
    assert.equal(incident.closedAtMs, NOON);
    assert.deepEqual(quorum, { voters: ["b", "c"], down: ["a"], needed: 2 });
  });

  it("not by regions that recovered, however recent", () => {
    assert.equal(move([down(), recovered(1), up], { incident: OPEN }).incident.closedAtMs, NOON);
  });

  it("by a region that was down at that instant, although it is known to be up later", () => {
    const ahead = recovered(2_000, NOON + 1);
    assert.equal(move([ahead, down(), up], { incident: OPEN }).incident, OPEN);
    const back = recovered(2_000, NOON);
    assert.equal(move([back, down(), up], { incident: OPEN }).incident.closedAtMs, NOON);
    const fell = { ...down(-1), unhealthySinceMs: NOON + 1 };
    assert.equal(move([fell, down(), up], { incident: OPEN }).incident.closedAtMs, NOON);
  });

  it("by one region alone, as long as it is down", () => {
    assert.equal(move([down()], { incident: OPEN }).incident, OPEN);
    assert.equal(move([up], { incident: OPEN }).incident.closedAtMs, NOON);
  });

  const HOLDS = [
    { reopenings: 0, minutes: 0 },
    { reopenings: 1, minutes: 10 },
    { reopenings: 2, minutes: 20 },
    { reopenings: 3, minutes: 40 },
    { reopenings: 4, minutes: 60 },
    { reopenings: 9, minutes: 60 },
  ];
  for (const { reopenings, minutes } of HOLDS) {
    it(`${minutes} min after it is over, opened again ${reopenings} times`, () => {
      const holdMs = minutes * MINUTE_MS;
      const below = { ...OPEN, openedAtMs: 1, reopenings, belowSinceMs: NOON - holdMs };
      assert.deepEqual(move([up, up], { incident: below }).incident, {
        ...{ number: 3, openedAtMs: null, closedAtMs: NOON, reopenings, belowSinceMs: null },
      });
      const notYet = { ...below, belowSinceMs: NOON - holdMs + 1 };
      if (minutes > 0) assert.equal(move([up, up], { incident: notYet }).incident, notYet);
    });
  }

  it("from the first instant on at which too few are down, until enough are again", () => {
    const flapping = { ...OPEN, reopenings: 1 };
    const below = move([up, down(), up], { incident: flapping }).incident;
    assert.deepEqual(below, { ...flapping, belowSinceMs: NOON });
    const later = { incident: below, atMs: NOON + 5 * MINUTE_MS };
    assert.equal(move([up, up, up], later).incident, below);
    assert.deepEqual(move([down(), down(), up], later).incident, flapping);
  });

  function goneDown(): RegionHealth {
    return silent(60 * MINUTE_MS, down(60 * MINUTE_MS));
  }
});

describe("moveIncident opens again", () => {
  const again = [
    { agoMs: 15 * MINUTE_MS - 1, before: 0, after: 1 },
    { agoMs: 15 * MINUTE_MS - 1, before: 3, after: 4 },
    { agoMs: 15 * MINUTE_MS, before: 3, after: 0 },
    { agoMs: 60_000, before: 0, after: 1 },
  ];
  for (const { agoMs, before, after } of again) {
    it(`${agoMs} ms after the close: the ${before} reopenings are ${after}`, () => {
      const incident = { ...CLOSED, number: 2, closedAtMs: NOON - agoMs, reopenings: before };
      const next = move([down(), down()], { incident }).incident;
      assert.deepEqual([next.number, next.reopenings], [3, after]);
    });
  }
});

describe("moveIncident before what was decided", () => {
  const decided: readonly (readonly [string, Incident])[] = [
    ["an opening", { ...OPEN, openedAtMs: NOON + 1 }],
    ["a close", { ...CLOSED, closedAtMs: NOON + 1 }],
    ["the beginning of the end", { ...OPEN, reopenings: 1, belowSinceMs: NOON + 1 }],
  ];
  for (const [what, incident] of decided) {
    it(`reverses nothing: ${what}`, () => {
      for (const regions of [
        [up, up],
        [down(), down()],
      ]) {
        const moved = move(regions, { incident });
        assert.equal(moved.incident, incident);
        assert.deepEqual(moved.quorum, { voters: [], down: [], needed: 0 });
      }
    });
  }
});
