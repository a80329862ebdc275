import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type FleetState,
  INITIAL_FLEET,
  type JudgedGroup,
  judgeGroups,
} from "../../../shared/fleet-health/fleet-health.ts";
import { groupTargets } from "../../../shared/fleet-health/group-health.ts";
import { NOON } from "../health/windows.ts";

/** A group by letters: a capital one is a healthy target. */
function group(letters: string, minHealthy: number | null, targetId = "web"): JudgedGroup {
  const members = [...letters].map((letter) => ({
    host: `${letter.toLowerCase()}:80`,
    isHealthy: letter !== letter.toLowerCase(),
  }));
  return { targetId, minHealthy, members };
}

function play(looks: readonly (readonly JudgedGroup[])[]) {
  let state: FleetState = INITIAL_FLEET;
  const story: string[] = [];
  for (const [i, groups] of looks.entries()) {
    const judged = judgeGroups(state, groups, NOON + i);
    state = judged.state;
    story.push(
      ...judged.changes.map(
        ({ targetId, phase, reason, number }) => `${i} ${targetId} ${phase} ${reason} ${number}`,
      ),
    );
  }
  return { state, story };
}

describe("judgeGroups", () => {
  it("raises when fewer than min_healthy are healthy, and clears when enough are", () => {
    const looks = ["ABC", "ABc", "Abc", "abc", "Abc", "ABc", "Abc"].map((all) => [group(all, 2)]);
    const { story, state } = play(looks);
    assert.deepEqual(story, [
      "2 web raised below 1",
      "5 web cleared recovered 1",
      "6 web raised below 2",
    ]);
    assert.deepEqual(state.groups, { web: { number: 2, sinceMs: NOON + 6 } });
  });

  it("lists the healthy and the other targets", () => {
    const [change] = judgeGroups(INITIAL_FLEET, [group("CbAd", 3)], NOON).changes;
    const { healthy, unhealthy, minHealthy, sinceMs, atMs } = change ?? {};
    assert.deepEqual([healthy, unhealthy, minHealthy], [["a:80", "c:80"], ["b:80", "d:80"], 3]);
    assert.deepEqual([sinceMs, atMs], [NOON, NOON]);
  });

  it("judges no group without min_healthy", () => {
    assert.equal(judgeGroups(INITIAL_FLEET, [group("abc", null)], NOON).state, INITIAL_FLEET);
  });

  it("clears a group that is no longer judged, or that has no task any more", () => {
    const down = [group("a", 1, "one"), group("a", 1, "two")];
    assert.deepEqual(play([down, [group("a", null, "one")]]).story, [
      "0 one raised below 1",
      "0 two raised below 1",
      "1 one cleared no_longer_judged 1",
      "1 two cleared no_longer_judged 1",
    ]);
  });

  it("takes a group that is smaller than its min_healthy for one that is below", () => {
    assert.deepEqual(play([[group("A", 2)]]).story, ["0 web raised below 1"]);
  });

  it("leaves a group as it was while its alerts are held, and tells what outlasts that", () => {
    const held = (letters: string) => ({ ...group(letters, 2), isHeld: true });
    const looks = [held("abc"), group("abc", 2), held("ABC"), held("Abc"), group("ABc", 2)];
    assert.deepEqual(play(looks.map((one) => [one])).story, [
      "1 web raised below 1",
      "4 web cleared recovered 1",
    ]);
  });

  it("returns the same object while nothing changes", () => {
    const { state } = judgeGroups(INITIAL_FLEET, [group("aB", 2)], NOON);
    assert.equal(judgeGroups(state, [group("ab", 2)], NOON + 1).state, state);
  });

  it("tells at most 40 changes in a look, and the others in the next ones", () => {
    const many = Array.from({ length: 100 }, (_, i) => group("a", 1, `group ${i}`));
    const counts = [0, 1, 2, 3].map(
      (looks) => play(Array.from({ length: looks + 1 }, () => many)).story.length,
    );
    assert.deepEqual(counts, [40, 80, 100, 100]);
  });

  it("has at most 500 groups below, and tells others when these recover", () => {
    const many = Array.from({ length: 600 }, (_, i) => group("a", 1, `group ${1000 + i}`));
    const looks = Array.from({ length: 20 }, () => many);
    const { state } = play(looks);
    assert.equal(Object.keys(state.groups).length, 500);
    const some = many.map((one, i) => (i < 60 ? { ...one, ...group("A", 1, one.targetId) } : one));
    const { state: later } = play([...looks, some, some, some, some]);
    const below = Object.values(later.groups).filter(({ sinceMs }) => sinceMs !== null);
    assert.equal(below.length, 500);
    assert.ok(Object.keys(later.groups).length <= 540);
  });

  it("takes a target_id that every object has for one that is not known", () => {
    const names = ["constructor", "__proto__"];
    const groups = names.map((name) => group("a", 1, name));
    assert.deepEqual(play([groups, groups]).story.length, 2);
  });
});

describe("groupTargets", () => {
  it("takes a target for healthy if all of its tasks are", () => {
    const members = [
      { host: "a:80", isHealthy: true },
      { host: "b:80", isHealthy: true },
      { host: "a:80", isHealthy: false },
    ];
    assert.deepEqual(groupTargets(members), { healthy: ["b:80"], unhealthy: ["a:80"] });
  });
});
