import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { judgedTroubleEvent } from "../../../shared/event/event.ts";
import {
  type FleetState,
  INITIAL_FLEET,
  judgeTroubles,
  parseFleetState,
  printFleetState,
  type TroubleChange,
  type TroubleKind,
  takeBackFleet,
} from "../../../shared/fleet-health/fleet-health.ts";
import { readEventSchemas } from "../event/event-schemas.ts";

const MINUTE = 60_000;

/** Judges a minute for each sign: `x` is bad, `.` good, a blank says nothing. */
function judge(kind: TroubleKind, minutes: string, from: FleetState = INITIAL_FLEET) {
  let state = from;
  const changes: TroubleChange[] = [];
  [...minutes].forEach((sign, i) => {
    const signs = sign === " " ? [] : [{ kind, region: "r", isBad: sign === "x" }];
    const by = { atMs: (i + 1) * MINUTE, regions: ["r"] };
    // Through its stored form, as between runs; and twice, as after a crash.
    const next = judgeTroubles(parseFleetState(printFleetState(state)), signs, by);
    assert.deepEqual(judgeTroubles(next.state, [], by).changes, []);
    state = next.state;
    changes.push(...next.changes);
  });
  return { state, told: changes.map(({ phase, atMs }) => `${phase} ${atMs / MINUTE}`), changes };
}

const CASES: readonly [TroubleKind, string, ...string[]][] = [
  ["region_missing", "xx.xx."],
  ["region_missing", "xxx..", "raised 3", "cleared 5"],
  ["region_missing", "xxx.xx..", "raised 3", "cleared 8"],
  ["region_missing", "xx x", "raised 4"],
  ["shard_missing", "xx.xxx.", "raised 6", "cleared 7"],
  ["dead_man", "xxxxxxxxx.xxxxxxxxxx.", "raised 20", "cleared 21"],
  ["minutes_lost", "x......x......."],
  ["minutes_lost", "x......x......x", "raised 15"],
  ["minutes_lost", "x......x.......x"],
  ["minutes_lost", "x.x.x..............", "raised 5"],
  ["minutes_lost", "x.x.x...............", "raised 5", "cleared 20"],
  ["slots_missed", "xxxx.xxxxx.....", "raised 10", "cleared 15"],
  ["plan_stale", "xxx.xxx", "raised 3", "cleared 4", "raised 7"],
];

describe("judgeTroubles", () => {
  for (const [kind, minutes, ...expected] of CASES)
    it(`tells of ${kind} in "${minutes}": ${expected.join(", ") || "nothing"}`, () => {
      assert.deepEqual(judge(kind, minutes).told, expected);
    });

  it("leaves a fleet without troubles as it was", () => {
    assert.equal(judge("region_missing", "....").state.troubles, undefined);
    const { state } = judgeTroubles(INITIAL_FLEET, [], { atMs: 1, regions: [] });
    assert.equal(state, INITIAL_FLEET);
  });

  it("ends the trouble of a region that is removed", () => {
    const { state } = judge("region_missing", "xxx");
    const { changes } = judgeTroubles(state, [], { atMs: 9 * MINUTE, regions: [] });
    assert.deepEqual(
      changes.map(({ phase, number }) => [phase, number]),
      [["cleared", 1]],
    );
  });

  it("takes back instants after a clock was set back", () => {
    const { state } = judge("region_missing", "xxx");
    const back = takeBackFleet(state, 2 * MINUTE);
    assert.equal(back.troublesToMs, 2 * MINUTE);
    assert.equal(back.troubles?.["region_missing r"]?.sinceMs, 2 * MINUTE);
  });
});

describe("judgedTroubleEvent", () => {
  const sender = { fleet: "f", home: "h", suppressedBy: null };
  const { changes } = judge("minutes_lost", "x.x.x...............");

  it("writes the golden event", () => {
    const atMs = Date.UTC(2026, 0, 5, 12, 3);
    const about = { kind: "region_missing", region: "us-east-1", number: 1 } as const;
    const event = judgedTroubleEvent(
      { ...about, phase: "raised", atMs, sinceMs: atMs },
      { fleet: "prod", home: "eu-west-1", suppressedBy: null },
    );
    const golden = new URL("../../golden/events/region-missing.json", import.meta.url);
    assert.deepEqual(event, JSON.parse(readFileSync(golden, "utf8")));
  });

  it("fits its schema, and resolves what it triggered", () => {
    const events = changes.map((change) => judgedTroubleEvent(change, sender));
    for (const { detailType, detail } of events) {
      const validate = readEventSchemas().get(detailType);
      assert.ok(validate?.(detail), JSON.stringify(validate?.errors));
    }
    const [raised, cleared] = events.map(({ detail }) => JSON.parse(JSON.stringify(detail)));
    assert.equal(raised.summary, "TROUBLE: r has lost three of the last fifteen minutes");
    assert.equal(cleared.summary, "OK: minutes lost of r is over after 15 min");
    assert.equal(raised.pagerduty.dedup_key, cleared.pagerduty.dedup_key);
    assert.notEqual(raised.id, cleared.id);
  });
});
