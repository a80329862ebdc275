import { setTimeout as sleep } from "node:timers/promises";
import {
  createAlertStore,
  createChunkStore,
  createLeaseStore,
  createPlanStore,
  createSummaryStore,
  createTaskStatusStore,
  createTaskStore,
} from "../../functions/adapters/dynamodb/dynamodb.ts";
import type { ResultSource } from "../../functions/history/history.ts";
import type { AlertStore } from "../../functions/ports/alert-store.ts";
import type { PlanStore } from "../../functions/ports/plan-store.ts";
import type { SummaryStore } from "../../functions/ports/summary-store.ts";
import type { TaskStatusStore } from "../../functions/ports/task-status-store.ts";
import type { TaskStore } from "../../functions/ports/task-store.ts";
import {
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
  type HomeTable,
  homeTableName,
  regionTableName,
} from "../../shared/contract.ts";
import { DAY_MS, type DurationMs, type RegionName } from "../../shared/units.ts";
import type { OpenFleet } from "./open-fleet.ts";

export function openTaskStore(open: OpenFleet): TaskStore {
  return createTaskStore(homeSetup(open, "tasks"));
}

export function openTaskStatusStore(open: OpenFleet): TaskStatusStore {
  return createTaskStatusStore(homeSetup(open, "task-status"));
}

export function openSummaryStore(open: OpenFleet): SummaryStore {
  return createSummaryStore({ ...homeSetup(open, "summaries"), keepMs: SUMMARIES_KEPT_MS });
}

export function openAlertStore(open: OpenFleet): AlertStore {
  return createAlertStore({ ...homeSetup(open, "alerts"), keepMs: SUMMARIES_KEPT_MS });
}

export function openPlanStore({ fleet, clientFor }: OpenFleet, region: RegionName): PlanStore {
  const table = regionTableName(fleet.name, "plans", region);
  return createPlanStore({ client: clientFor(region), table, now: Date.now });
}

/** Where the results of every region are read. */
export function openResultSources(open: OpenFleet): ResultSource[] {
  return open.fleet.regions.map(({ name, shards }) => {
    const table = regionTableName(open.fleet.name, "results", name);
    const setup = { client: open.clientFor(name), table, now: Date.now };
    return {
      region: name,
      shards,
      plans: openPlanStore(open, name),
      leases: createLeaseStore(setup.client, table),
      chunks: createChunkStore({ ...setup, keepMs: RESULTS_KEPT_MS }),
    };
  });
}

// Bounds only what is written; what a deployment keeps longer is still read.
const RESULTS_KEPT_MS: DurationMs = DEFAULT_RESULT_DAYS * DAY_MS;
const SUMMARIES_KEPT_MS: DurationMs = DEFAULT_SUMMARY_DAYS * DAY_MS;

function homeSetup({ fleet, clientFor }: OpenFleet, table: HomeTable) {
  return {
    client: clientFor(fleet.home),
    table: homeTableName(fleet.name, table),
    now: Date.now,
    sleep: async (ms: DurationMs): Promise<void> => sleep(ms),
  };
}
