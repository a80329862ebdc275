import type { AlertSettings } from "../../../shared/alerting/settings/settings.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import type { Fleet } from "../../../shared/plan/plan.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import type { DurationMs, EpochMs, RegionName } from "../../../shared/units.ts";
import type { BundleCache } from "../../bundle-cache.ts";
import type { AlertingStore } from "../../ports/alerting-store.ts";
import type { BoardStore } from "../../ports/board-store.ts";
import type { ChunkStore } from "../../ports/chunk-store.ts";
import type { DeadMan } from "../../ports/dead-man.ts";
import type { EventBus } from "../../ports/event-bus.ts";
import type { FleetRecordStore } from "../../ports/fleet-record-store.ts";
import type { FunctionInvoker } from "../../ports/function-invoker.ts";
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
import type { UnquietStore } from "../../ports/unquiet-store.ts";

/** The stores of one region, which the aggregator only reads. */
export interface RegionStores {
  readonly plans: Pick<PlanStore, "readManifest" | "readBundle">;
  readonly leases: Pick<LeaseStore, "readLease">;
  readonly chunks: Pick<ChunkStore, "readChunks">;
}

/** Every side effect of the aggregator. */
export interface AggregateServices {
  readonly fleet: Fleet;
  /** The fleet's defaults, which a task's own thresholds override. */
  readonly alertDefaults: AlertPolicy;
  /** The fleet's own settings in the deployment, which stored ones override; absent if there are none. */
  readonly settingDefaults?: Partial<AlertSettings>;
  /** How far a region's clock may be off; absent if the default is meant. */
  readonly clockThresholdMs?: DurationMs;
  /** How long minutes are there to be packed; absent if the default is meant. */
  readonly minuteMs?: DurationMs;
  readonly now: () => EpochMs;
  readonly sleep: (ms: DurationMs) => Promise<void>;
  /** A name for this run that no other run has. */
  readonly newHolder: () => string;
  readonly regions: ReadonlyMap<RegionName, RegionStores>;
  readonly bundles: BundleCache;
  /** Ids of the events of set-aside tasks that this process has published. */
  readonly toldAside: Set<string>;
  readonly summaries: SummaryStore;
  readonly periods: PeriodStore;
  readonly rollUp: RollUpStore;
  readonly boards: BoardStore;
  /** Until when summaries, hours and boards wait if their table takes no more; absent: as everything else. */
  readonly waitForRoomUntil?: (untilMs: EpochMs) => void;
  readonly lock: RunLock;
  readonly progress: ProgressStore;
  readonly states: StateStore;
  readonly fleetRecord: FleetRecordStore;
  readonly unquiet: UnquietStore;
  /** With so many records it is listed which of them are unquiet; absent if the default is meant. */
  readonly leastRecords?: number;
  /** What this process began with may still be at work before: an earlier version, which lists nothing. */
  readonly aloneFromMs: EpochMs;
  readonly hints: HintStore;
  /** What operators have set about alerts. */
  readonly settings: Pick<AlertingStore, "readSettings">;
  readonly history: Pick<HistoryStore, "putHistory">;
  readonly bus: EventBus;
  /** Asks probes for checks; null where no function may invoke another. */
  readonly invoker: FunctionInvoker | null;
  /** Is told of each run that went well; null or absent without one. */
  readonly deadMan?: DeadMan | null;
  /** Shows a summary that was written to subscribers in this process. */
  readonly announce: (summary: Summary) => void;
  readonly log: (line: RunLog) => void;
  /** Writes a line of its own about a region that came up or went down for a task. */
  readonly logTurn: (turn: RegionTurn) => void;
}

/** A region's health of a task turned: `info` when it came up, `warn` when it went down. */
export interface RegionTurn {
  readonly level: "info" | "warn";
  readonly task_name: string;
  readonly target_id: string | null;
  readonly host: string;
  readonly probe_region: RegionName;
  readonly health: "healthy" | "unhealthy";
  /** The sample that made it unhealthy, ISO 8601; null if it is healthy. */
  readonly unhealthy_since: string | null;
}

/** The one log line of a run, as `logInvocation` writes it. */
export interface RunLog {
  readonly metrics: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}
