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
}

/** What earlier runs did with a window. */
export type WindowMark = "new" | "begun" | "judged";

/** How far the aggregator has come, and a mark for each window that it has begun. */
export interface ProgressStore {
  /** Null before the first run. */
  readProgress(): Promise<Progress | null>;
  /** Throws if the watermark would go back. */
  writeProgress(progress: Progress): Promise<void>;
  /** Marks the window as begun and returns its mark from before. */
  beginWindow(startMs: EpochMs): Promise<WindowMark>;
  /** Marks the window as judged. */
  markJudged(startMs: EpochMs): Promise<void>;
}
