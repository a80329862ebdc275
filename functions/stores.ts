import type { AlertContext, OutgoingEvent } from "../shared/alert.ts";
import type { Chunk, DecodedChunk } from "../shared/chunk.ts";
import type { TaskState } from "../shared/health.ts";
import type { Lease } from "../shared/lease.ts";
import type { Bundle, Manifest } from "../shared/plan.ts";
import type { TaskStatusItem } from "../shared/plan-status.ts";
import type { Cover } from "../shared/slot.ts";
import type { Summary } from "../shared/summary.ts";
import type { Task } from "../shared/task.ts";
import type { EpochMs, RegionName } from "../shared/units.ts";

export type { OutgoingEvent } from "../shared/alert.ts";

/** A region's plans. Written by plan, read by everyone. */
export interface PlanStore {
  /** Null before the first plan. */
  readManifest(): Promise<Manifest | null>;
  writeManifest(manifest: Manifest): Promise<void>;
  /** Null where no such bundle is stored; throws on one that can't be decoded. */
  readBundle(hash: string): Promise<Bundle | null>;
  /** When the stored bundle expires, or null where there is none. */
  readBundleExpiry(hash: string): Promise<EpochMs | null>;
  writeBundle(hash: string, bundle: Bundle, expiresAtMs: EpochMs): Promise<void>;
}

/** A region's leases. Moved by its probes, read by the aggregator. */
export interface LeaseStore {
  readLease(shard: number): Promise<Lease | null>;
  /** Moves the lease if it is still the one held: exactly one of two rivals gets `moved`. */
  moveLease(shard: number, held: Lease | null, next: Lease): Promise<"moved" | "lost">;
}

/** A chunk as stored: with the place it came from. */
export interface StoredChunk extends Chunk {
  readonly shard: number;
  readonly part: number;
}

/** A stored chunk as it was read back. */
export interface LoadedChunk extends StoredChunk, DecodedChunk {}

/** A stored item that could not be read as a chunk, and why. It hides nothing but itself. */
export interface DamagedChunk {
  readonly key: string;
  readonly reason: string;
}

/** A region's results. Written by its probes, read by everyone. */
export interface ChunkStore {
  /** Lands on itself when written again. */
  putChunk(chunk: StoredChunk): Promise<void>;
  /** Every chunk of covers that began in the span, in order of cover and part. */
  readChunks(
    shard: number,
    coversBegan: Cover,
  ): Promise<{
    readonly chunks: readonly LoadedChunk[];
    readonly damaged: readonly DamagedChunk[];
  }>;
}

/** Where events go. Never throws: what was not delivered, for whatever reason, is in `failed`. */
export interface EventBus {
  publish(events: readonly OutgoingEvent[]): Promise<{
    readonly delivered: readonly string[];
    readonly failed: readonly { readonly id: string; readonly code: string }[];
  }>;
}

/** Every task's minutes. Written by the aggregator, read by everyone. */
export interface SummaryStore {
  /** Lands on itself when written again. For minutes that no other run has begun. */
  putSummaries(summaries: readonly Summary[]): Promise<void>;
  /** Those that are stored and can be read, of one minute. */
  readSummaries(taskNames: readonly string[], periodStartMs: EpochMs): Promise<Summary[]>;
  /** Stores it if `heldRev` is still the stored one; null where nothing may be stored yet. */
  replaceSummary(summary: Summary, heldRev: number | null): Promise<"stored" | "lost">;
  /** A task's newest first, of windows that began in `[sinceMs, untilMs)`. */
  readLatest(
    taskName: string,
    span: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs; readonly limit: number },
  ): Promise<Summary[]>;
}

/** A window that was closed before all its results were in. */
export interface OpenWindow {
  readonly startMs: EpochMs;
  /** Regions that may still report: chunks read so far, null where its tables could not be read. */
  readonly regions: Readonly<Record<RegionName, number | null>>;
}

/** How far the aggregator has come: every window that ends at or before the watermark is closed. */
export interface Progress {
  readonly watermarkMs: EpochMs;
  /** Oldest first. */
  readonly openWindows: readonly OpenWindow[];
}

/** What is remembered of a task, and the events that it still owes, in order of their sequence. */
export interface TaskRecord {
  /** As its events call it; kept for the last one, when it is in no plan any more. */
  readonly task: AlertContext["task"];
  /** Moved by one with every write. */
  readonly version: number;
  readonly state: TaskState;
  readonly owed: readonly OutgoingEvent[];
  /** Since when the task is in no plan. Its record is kept as long as its history, so that a task
   * that comes back goes on with its sequence. */
  readonly goneSinceMs: EpochMs | null;
}

/** What runs before did with a window. */
export type WindowMark = "new" | "begun" | "judged";

/** The aggregator's memory: progress, the run lock, states with the events they owe, history. */
export interface AlertStore {
  readProgress(): Promise<Progress | null>;
  /** Throws where the watermark would go back. */
  writeProgress(progress: Progress): Promise<void>;
  /** Takes the lock unless another holds it past `nowMs`. */
  takeLock(holder: string, nowMs: EpochMs, untilMs: EpochMs): Promise<"taken" | "held">;
  /** Does nothing where another has taken it since. */
  releaseLock(holder: string): Promise<void>;
  /** Marks the window as begun and says what it was marked as before. */
  beginWindow(startMs: EpochMs): Promise<WindowMark>;
  markJudged(startMs: EpochMs): Promise<void>;
  /** `damaged` names the tasks whose item could not be read. */
  readRecords(): Promise<{
    readonly records: readonly TaskRecord[];
    readonly damaged: readonly string[];
  }>;
  /** Stores it if version `record.version - 1` is still the stored one; version 1 if none is. */
  putRecord(record: TaskRecord): Promise<"stored" | "lost">;
  /** Lands on itself when written again. */
  putHistory(events: readonly OutgoingEvent[]): Promise<void>;
  /** Newest first, of events in `[sinceMs, untilMs)`. */
  readHistory(query: HistoryQuery): Promise<HistoryPage>;
}

/** A stored event that could not be read, and why. It hides nothing but itself. */
export interface DamagedEvent {
  readonly key: string;
  readonly reason: string;
}

export interface HistoryPage {
  readonly events: readonly OutgoingEvent[];
  /** Of any task: which one, a damaged event does not tell. */
  readonly damaged: readonly DamagedEvent[];
}

export interface HistoryQuery {
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
  /** Null for all. */
  readonly taskName: string | null;
}

/** An item of the user's table, as it stands there: only its key is sure to be in order. */
export interface StoredTask {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The tasks. Written by their owner, read by plan. */
export interface TaskStore {
  readTasks(): Promise<StoredTask[]>;
  /** Each takes the place of the item with its name. */
  putTasks(tasks: readonly Task[]): Promise<void>;
  deleteTasks(names: readonly string[]): Promise<void>;
}

/** A status as stored. */
export interface TaskStatusRecord extends TaskStatusItem {
  /** Moved by one with every write. */
  readonly version: number;
}

/** A stored status that could not be read, and why. It hides nothing but itself. */
export interface DamagedStatus {
  readonly name: string;
  readonly reason: string;
}

/** Why tasks do not run as written, and the events that this owes. Written by plan, read by everyone. */
export interface TaskStatusStore {
  readStatuses(): Promise<{
    readonly records: readonly TaskStatusRecord[];
    readonly damaged: readonly DamagedStatus[];
  }>;
  /** Stores it if version `record.version - 1` is still the stored one; version 1 if none is. */
  putStatus(record: TaskStatusRecord): Promise<"stored" | "lost">;
  /** Takes it away if this version is still the stored one. */
  deleteStatus(record: TaskStatusRecord): Promise<"deleted" | "lost">;
}
