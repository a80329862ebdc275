import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openHomeStores, openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import type { BoardRow } from "../../shared/board/board.ts";
import { INITIAL_HEALTH, INITIAL_STATE, type TaskState } from "../../shared/health/health.ts";
import { draftPlan, type Fleet } from "../../shared/plan/plan.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, startOfMinute } from "../../shared/units.ts";
import { aTask } from "../../test/fakes/results.ts";

/** What a filled fleet has, and the instant that is now in it. */
export interface FilledFleet {
  readonly fleet: Fleet;
  readonly taskCount: number;
  readonly nowMs: EpochMs;
}

/** Of a hundred tasks, so many are down. */
const DOWN_PERCENT = 2;

const BOARD_HOURS = 3;

/** So long after its beginning the last day has boards too: they tell which tasks were there. */
const EARLY_MINUTES = 15;

/** Stores tasks, plans, states and boards as the fleet's functions do. */
export async function fillFleet(client: DynamoDBClient, filled: FilledFleet): Promise<void> {
  const { fleet, taskCount, nowMs } = filled;
  const home = openHomeStores({ client, fleet: fleet.name });
  const tasks = Array.from({ length: taskCount }, (_, i) =>
    aTask(`Service ${i} of customer ${i % 97}`, { targetId: `customer-${i % 97}` }),
  );
  await home.tasks.putTasks(tasks);
  for (const { manifest, bundles } of draftPlan(fleet, tasks, nowMs)) {
    const { region } = manifest;
    const { plans } = openRegionStores({ client, fleet: fleet.name, region });
    for (const [hash, bundle] of bundles) await plans.writeBundle(hash, bundle, nowMs + DAY_MS);
    await plans.writeManifest(manifest);
  }
  const regions = fleet.regions.map(({ name }) => name);
  for (const [i, { name, host, targetId, tags }] of tasks.entries()) {
    if (!isDown(i)) continue;
    const state = stateOf(regions, nowMs);
    const owed = { pending: [], unrecorded: [], goneSinceMs: null };
    await home.states.putRecord({
      task: { name, host, targetId, tags },
      version: 1,
      state,
      ...owed,
    });
  }
  const names = tasks.map(({ name }) => name);
  for (const startMs of boardStarts(nowMs)) {
    const rows = new Map(names.map((name, i) => [name, rowOf(i, startMs, regions)]));
    await home.boards.putBoard({ startMs, rows }, names);
  }
  await home.progress.writeProgress({ watermarkMs: startOfMinute(nowMs), openWindows: [] });
}

function isDown(index: number): boolean {
  return index % 100 < DOWN_PERCENT;
}

function stateOf(regions: readonly string[], nowMs: EpochMs): TaskState {
  const failingSinceMs = startOfMinute(nowMs) - HOUR_MS;
  const health = {
    ...INITIAL_HEALTH,
    status: "unhealthy",
    failCount: 240,
    failingSinceMs,
  } as const;
  return {
    ...INITIAL_STATE,
    status: "CRITICAL",
    rule: "down",
    sinceMs: failingSinceMs + MINUTE_MS,
    incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: failingSinceMs + MINUTE_MS },
    regions: Object.fromEntries(regions.map((region) => [region, health])),
  };
}

function boardStarts(nowMs: EpochMs): EpochMs[] {
  const endMs = startOfMinute(nowMs);
  const minutes = (fromMs: EpochMs, count: number) =>
    Array.from({ length: count }, (_, i) => fromMs + i * MINUTE_MS);
  return [
    ...minutes(endMs - DAY_MS, EARLY_MINUTES),
    ...minutes(endMs - BOARD_HOURS * HOUR_MS, BOARD_HOURS * 60),
  ];
}

function rowOf(index: number, startMs: EpochMs, regions: readonly string[]): BoardRow {
  const sampleCount = 4 * regions.length;
  const timeMs = 5 + ((index * 31 + startMs / MINUTE_MS) % 97) / 3;
  const sight = isDown(index) ? "failed" : "ok";
  return {
    sampleCount,
    failedCount: isDown(index) ? sampleCount : 0,
    missedCount: 0,
    avgConnectTimeMs: isDown(index) ? null : timeMs,
    p95ConnectTimeMs: isDown(index) ? null : timeMs * 1.4,
    regions: Object.fromEntries(regions.map((region) => [region, sight])),
  };
}
