import type { Fleet } from "../../shared/plan/plan.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import type { AlertingStore } from "../ports/alerting-store.ts";
import type { BoardStore } from "../ports/board-store.ts";
import type { ChunkStore } from "../ports/chunk-store.ts";
import type { FleetRecordStore } from "../ports/fleet-record-store.ts";
import type { HistoryStore } from "../ports/history-store.ts";
import type { LeaseStore } from "../ports/lease-store.ts";
import type { PeriodStore } from "../ports/period-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProgressStore } from "../ports/progress-store.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { SummaryStore } from "../ports/summary-store.ts";
import type { TaskStatusStore } from "../ports/task-status-store.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** A probing region's stores, and how many shards it has now. */
export interface ResultSource {
  readonly region: RegionName;
  readonly shards: number;
  readonly plans: Pick<PlanStore, "readManifest" | "readBundle">;
  readonly leases: Pick<LeaseStore, "readLease">;
  readonly chunks: Pick<ChunkStore, "readChunks">;
}

/** Everything that a fleet remembers. */
export interface HistorySources {
  /** Every probing region of the fleet. */
  readonly regions: readonly ResultSource[];
  readonly periods: Pick<PeriodStore, "readHours" | "readDays">;
  readonly summaries: Pick<SummaryStore, "readLatest" | "readSummaries">;
  readonly alerts: Pick<HistoryStore, "readHistory">;
}

/** Everything that a fleet remembers, and how it is now. */
export interface FleetSources extends HistorySources {
  readonly fleet: Fleet;
  readonly boards: Pick<BoardStore, "readBoards">;
  readonly tasks: Pick<TaskStore, "readTasks">;
  readonly statuses: Pick<TaskStatusStore, "readStatuses">;
  readonly states: Pick<StateStore, "readRecords">;
  readonly fleetRecord: Pick<FleetRecordStore, "readFleet">;
  readonly progress: Pick<ProgressStore, "readProgress">;
  readonly settings: Pick<AlertingStore, "readSettings">;
}

/** The newest rows of a task: at most `limit` of those in `[sinceMs, untilMs)`. */
export interface TaskQuery {
  readonly taskName: string;
  /** Null for all regions. */
  readonly region: RegionName | null;
  /** Results by their slot, summaries by the start of their minute. */
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
}
