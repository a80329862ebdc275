import type { EpochMs, RegionName } from "../../shared/units.ts";

/** A window that was closed before all its results were in. */
export interface OpenWindow {
  readonly startMs: EpochMs;
  /** Regions that may still report: chunks read so far, null if its tables could not be read. */
  readonly regions: Readonly<Record<RegionName, number | null>>;
}

/** How far the aggregator has come: every window that ends at or before the watermark is closed. */
export interface Progress {
  readonly watermarkMs: EpochMs;
  /** Oldest first. */
  readonly openWindows: readonly OpenWindow[];
  /** How often the watermark was taken back because a clock was set back; absent if it never was. */
  readonly pass?: number;
  /** Regions of which the last closed window has chunks; absent if that is not known. */
  readonly heard?: readonly RegionName[];
}

/** Progress as it was read. What can't be read is left out. */
export interface StoredProgress extends Omit<Progress, "watermarkMs"> {
  /** Null if it can't be read. */
  readonly watermarkMs: EpochMs | null;
  /** A sentence for each part that can't be read; absent without one. */
  readonly faults?: readonly string[];
}

/** What earlier runs did with a window; `again` if that was before the watermark was taken back. */
export type WindowMark = "new" | "again" | "begun" | "judged";

/** How far the aggregator has come, and a mark for each window that it has begun. */
export interface ProgressStore {
  /** Null before the first run. */
  readProgress(): Promise<StoredProgress | null>;
  /** Throws if the watermark would go back. One that can't be read is replaced. */
  writeProgress(progress: Progress): Promise<void>;
  /** Replaces progress that is ahead of the clock. Throws if another run has changed it since. */
  takeBackProgress(ahead: Progress, next: Progress): Promise<void>;
  /** Marks the window as begun in this pass (0 if left out) and returns its mark from before. */
  beginWindow(startMs: EpochMs, pass?: number): Promise<WindowMark>;
  /** Marks the window as judged in this pass. */
  markJudged(startMs: EpochMs, pass?: number): Promise<void>;
}
