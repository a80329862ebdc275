import { strict as assert } from "node:assert";
import { test } from "node:test";
import { INITIAL_HEALTH, INITIAL_STATE, nextAsk } from "../../../shared/health/health.ts";
import type { Asks, RegionHealth, TaskState } from "../../../shared/health/model.ts";
import { fromStoredState, toStoredState } from "../../../shared/health/stored-state.ts";
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const REGIONS = ["ap", "eu", "us"];

function failing(count: number, firstFailAtMs: EpochMs = NOON): RegionHealth {
  const status = count >= 4 ? "unhealthy" : "healthy";
  return { ...INITIAL_HEALTH, status, failCount: count, firstFailAtMs, lastFailAtMs: NOON };
}

function aState(different: Partial<TaskState>): TaskState {
  return { ...INITIAL_STATE, ...different };
}

function opened(openedAtMs: EpochMs): TaskState["incident"] {
  return { ...INITIAL_STATE.incident, number: 1, openedAtMs };
}

function askAt(state: TaskState, nowMs: EpochMs, scheduleMs = 5 * MINUTE_MS, regions = REGIONS) {
  return nextAsk(state, { nowMs, scheduleMs, regions });
}

const DOUBT = aState({ regions: { us: failing(1) } });

test("nextAsk asks the regions that see no failure, at once", () => {
  assert.deepEqual(askAt(DOUBT, NOON + 2_000), {
    regions: ["ap", "eu"],
    asks: { hourMs: NOON, count: 1, atMs: NOON + 2_000 },
  });
});

test("nextAsk asks nobody about a task that is well, or that is checked once a minute", () => {
  assert.equal(askAt(INITIAL_STATE, NOON), null);
  assert.equal(askAt(DOUBT, NOON, MINUTE_MS), null);
  assert.ok(askAt(DOUBT, NOON, MINUTE_MS + SECOND_MS));
});

test("nextAsk asks nobody more if a region is down for sure and the others see nothing", () => {
  assert.equal(askAt(aState({ regions: { us: failing(4) } }), NOON), null);
});

test("nextAsk asks every region once a minute while the task is in doubt", () => {
  const asks: Asks = { hourMs: NOON, count: 1, atMs: NOON + 2_000 };
  const asked = aState({ ...DOUBT, asks });
  assert.equal(askAt(asked, NOON + 51_999), null);
  assert.deepEqual(askAt(asked, NOON + 52_000), {
    regions: REGIONS,
    asks: { hourMs: NOON, count: 2, atMs: NOON + 52_000 },
  });
});

test("nextAsk asks every region once a minute while the task is down", () => {
  const regions = { ap: failing(4), eu: failing(4), us: failing(4) };
  const down = aState({ regions, incident: opened(NOON) });
  assert.equal(askAt(down, NOON + 49_999), null);
  assert.deepEqual(askAt(down, NOON + 50_000)?.regions, REGIONS);
});

test("nextAsk asks at once again for a doubt that is newer than the last ask", () => {
  const asks: Asks = { hourMs: NOON, count: 1, atMs: NOON - 10_000 };
  assert.deepEqual(askAt(aState({ ...DOUBT, asks }), NOON + 1)?.regions, ["ap", "eu"]);
});

test("nextAsk asks a lone region after a minute: its own rechecks come first", () => {
  assert.equal(askAt(DOUBT, NOON + 2_000, 5 * MINUTE_MS, ["us"]), null);
  assert.deepEqual(askAt(DOUBT, NOON + 50_000, 5 * MINUTE_MS, ["us"])?.regions, ["us"]);
});

test("nextAsk asks at most ten times in an hour, and again in the next one", () => {
  let state = aState({ regions: { us: failing(1) }, incident: opened(NOON) });
  let count = 0;
  for (let nowMs = NOON; nowMs < NOON + HOUR_MS; nowMs += 5 * SECOND_MS) {
    const ask = askAt(state, nowMs);
    if (ask === null) continue;
    count++;
    state = { ...state, asks: ask.asks };
  }
  assert.equal(count, 10);
  assert.equal(askAt(state, NOON + HOUR_MS)?.asks.count, 1);
});

test("nextAsk does not ask regions in which the task is not planned, nor hear them", () => {
  assert.equal(askAt(DOUBT, NOON, 5 * MINUTE_MS, ["ap", "eu"]), null);
});

test("a stored state has its asks, and one of yesterday has none", () => {
  const asks: Asks = { hourMs: NOON, count: 3, atMs: NOON + 1 };
  const stored = JSON.parse(JSON.stringify(toStoredState(aState({ ...DOUBT, asks }))));
  assert.deepEqual(fromStoredState(stored).asks, asks);
  const { asks: _, ...yesterday } = stored;
  assert.equal(fromStoredState(yesterday).asks, undefined);
});
