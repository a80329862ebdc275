import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { AlertStore } from "../../ports/alert-store.ts";
import { readHistory, writeHistory } from "./alert-history.ts";
import { beginWindow, markJudged, readProgress, writeProgress } from "./alert-progress.ts";
import { putRecord, readRecords } from "./alert-records.ts";
import { releaseLock, takeLock } from "./run-lock.ts";
import type { BatchSetup } from "./write-batches.ts";

export interface AlertStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  /** How long history is kept, and the state of a task that is gone. */
  readonly keepMs: DurationMs;
}

/** The aggregator's memory in the home region's `alerts` table. */
export function createAlertStore(setup: AlertStoreSetup): AlertStore {
  return {
    readProgress: () => readProgress(setup),
    writeProgress: (progress) => writeProgress(setup, progress),
    takeLock: (holder, nowMs, untilMs) => takeLock(setup, { holder, nowMs, untilMs }),
    releaseLock: (holder) => releaseLock(setup, holder),
    beginWindow: (startMs) => beginWindow(setup, startMs),
    markJudged: (startMs) => markJudged(setup, startMs),
    readRecords: () => readRecords(setup),
    putRecord: (record) => putRecord(setup, record),
    putHistory: (events) => writeHistory(setup, events),
    readHistory: (query) => readHistory(setup, query),
  };
}
