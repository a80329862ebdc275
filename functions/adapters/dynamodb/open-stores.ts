import { setTimeout } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DEFAULT_DAY_DAYS,
  DEFAULT_MINUTE_DAYS,
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
  type HomeTable,
  homeTableName,
  type RegionTable,
  regionTableName,
} from "../../../shared/contract.ts";
import { DAY_MS, type DurationMs, type EpochMs, type RegionName } from "../../../shared/units.ts";
import { BundleCache } from "../../bundle-cache.ts";
import type { AlertingStore } from "../../ports/alerting-store.ts";
import type { BoardStore } from "../../ports/board-store.ts";
import type { BurstStore } from "../../ports/burst-relay.ts";
import type { ChunkStore } from "../../ports/chunk-store.ts";
import type { FleetRecordStore } from "../../ports/fleet-record-store.ts";
import type { HintStore } from "../../ports/hint-store.ts";
import type { HistoryStore } from "../../ports/history-store.ts";
import type { LeaseStore } from "../../ports/lease-store.ts";
import type { PeriodStore } from "../../ports/period-store.ts";
import type { PlanStore } from "../../ports/plan-store.ts";
import type { ProgressStore } from "../../ports/progress-store.ts";
import type { RollUpStore } from "../../ports/roll-up-store.ts";
import type { RunLock } from "../../ports/run-lock.ts";
import type { StateStore } from "../../ports/state-store.ts";
import type { SummaryStore } from "../../ports/summary-store.ts";
import type { TaskStatusStore } from "../../ports/task-status-store.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import type { UnquietStore } from "../../ports/unquiet-store.ts";
import { createAlertingStore } from "./alerting-store.ts";
import { createBoardStore } from "./board-store.ts";
import { createBurstStore } from "./burst-store.ts";
import { createChunkStore } from "./chunk-store.ts";
import { createFleetRecordStore } from "./fleet-record-store.ts";
import { createHintStore } from "./hint-store.ts";
import { createHistoryStore } from "./history-store.ts";
import { createLeaseStore } from "./lease-store.ts";
import { createPeriodStore } from "./period-store.ts";
import { createPlanStore } from "./plan-store.ts";
import { createProgressStore } from "./progress-store.ts";
import { createRollUpStore } from "./roll-up-store.ts";
import { createRunLock } from "./run-lock.ts";
import { createStateStore } from "./state-store.ts";
import { createSummaryStore } from "./summary-store.ts";
import { createTaskStatusStore } from "./task-status-store.ts";
import { createTaskStore } from "./task-store.ts";
import { createUnquietStore } from "./unquiet-store.ts";

/** Every store of a fleet's home region. */
export interface HomeStores {
  readonly tasks: TaskStore;
  readonly settings: AlertingStore;
  readonly statuses: TaskStatusStore;
  readonly summaries: SummaryStore;
  readonly periods: PeriodStore;
  readonly rollUp: RollUpStore;
  readonly boards: BoardStore;
  readonly lock: RunLock;
  readonly progress: ProgressStore;
  readonly states: StateStore;
  readonly fleetRecord: FleetRecordStore;
  readonly unquiet: UnquietStore;
  readonly hints: HintStore;
  readonly history: HistoryStore;
}

/** Every store of one probing region. */
export interface RegionStores {
  readonly plans: PlanStore;
  readonly leases: LeaseStore;
  readonly chunks: ChunkStore;
}

/** Which stores to open: of which fleet, by which client. */
interface StoresSetup {
  readonly client: DynamoDBClient;
  /** Another client for the table of summaries, if it waits for room otherwise. */
  readonly summaryClient?: DynamoDBClient;
  /** The fleet's name. */
  readonly fleet: string;
  /**
   * How long written items are kept: results in a probing region, packed hours and alerts at home.
   * The default retention if left out. Items that were written with a longer one are read as well.
   */
  readonly keepMs?: DurationMs;
  /** How long minutes and boards are kept, and days; the default retention if left out. */
  readonly minuteMs?: DurationMs;
  readonly dayMs?: DurationMs;
  /** The system's clock if left out. */
  readonly now?: () => EpochMs;
  /** Waits before a throttled batch is sent again; the system's timer if left out. */
  readonly sleep?: (ms: DurationMs) => Promise<void>;
}

/** Opens what the planner needs of home: a bundle has the code of those stores only that it opens. */
export function openTaskStores(
  open: StoresSetup,
): Pick<HomeStores, "tasks" | "settings" | "statuses"> {
  const { client, now = Date.now, sleep = async (ms) => setTimeout(ms) } = open;
  const setupOf = (table: HomeTable) => ({
    ...{ client, now, sleep },
    table: homeTableName(open.fleet, table),
  });
  return {
    tasks: createTaskStore(setupOf("tasks")),
    settings: createAlertingStore(setupOf("settings")),
    statuses: createTaskStatusStore(setupOf("task-status")),
  };
}

/** Opens the stores of a fleet's home region. Nothing is read or written yet. */
export function openHomeStores(open: StoresSetup): HomeStores {
  const { client, now = Date.now, keepMs = DEFAULT_SUMMARY_DAYS * DAY_MS } = open;
  const { minuteMs = DEFAULT_MINUTE_DAYS * DAY_MS, dayMs = DEFAULT_DAY_DAYS * DAY_MS } = open;
  const sleep = open.sleep ?? (async (ms) => setTimeout(ms));
  const setupOf = (table: HomeTable) => ({
    ...{ client, now, keepMs, sleep },
    table: homeTableName(open.fleet, table),
  });
  const alerts = setupOf("alerts");
  const rollUp = createRollUpStore(alerts);
  const summaries = { ...setupOf("summaries"), client: open.summaryClient ?? client };
  return {
    ...openTaskStores(open),
    summaries: createSummaryStore({
      ...{ ...summaries, keepMs: minuteMs },
      readRollUp: rollUp.readRollUp,
    }),
    periods: createPeriodStore({ ...summaries, hourMs: keepMs, dayMs }),
    rollUp,
    boards: createBoardStore({ ...summaries, keepMs: minuteMs }),
    lock: createRunLock(alerts),
    progress: createProgressStore(alerts),
    states: createStateStore(alerts),
    fleetRecord: createFleetRecordStore(alerts),
    unquiet: createUnquietStore(alerts),
    hints: createHintStore(alerts),
    history: createHistoryStore(alerts),
  };
}

/** Which stores of a region to open, and where its bundles are kept: here, if it is left out. */
interface RegionStoresSetup extends StoresSetup {
  readonly region: RegionName;
  readonly bundles?: BundleCache;
}

/** Opens the stores of one probing region. Nothing is read or written yet. */
export function openRegionStores(open: RegionStoresSetup): RegionStores {
  const { client, now = Date.now, keepMs = DEFAULT_RESULT_DAYS * DAY_MS } = open;
  const setupOf = (table: RegionTable) => ({
    ...{ client, now, keepMs },
    table: regionTableName(open.fleet, table, open.region),
  });
  const results = setupOf("results");
  const plans = createPlanStore(setupOf("plans"));
  const { bundles = new BundleCache() } = open;
  const readBundle = (hash: string) => bundles.read(hash, plans);
  return {
    plans,
    leases: createLeaseStore(results),
    chunks: createChunkStore({ ...results, readBundle }),
  };
}

/** Opens what says which burst of a shard was begun last, beside the shard's lease. */
export function openBurstStore(
  open: Pick<StoresSetup, "client" | "fleet"> & { region: RegionName },
): BurstStore {
  const { client, fleet, region } = open;
  return createBurstStore({ client, table: regionTableName(fleet, "results", region) });
}
