import type { RegionRow } from "../../records/records.ts";
import type { Look } from "../words/look.ts";
import { durationText } from "../words/time.ts";

/** How a region is, and in one sentence why. */
export interface RegionState {
  readonly look: Look | "sick";
  readonly word: string;
  readonly sentence: string;
}

/** A region that has not reported for so long is silent. */
const SILENT_AFTER_MS = 3 * 60_000;

/** A region whose clock is off by more can't keep its slots. */
const CLOCK_LIMIT_MS = 1_000;

/** A sick region is us; many failing tasks of a well region are them. */
export function regionState(region: RegionRow, nowMs: number): RegionState {
  if (region.unread !== null) return { look: "silent", word: "Not read", sentence: region.unread };
  if (region.impairedSinceMs !== null) {
    const since = durationText(nowMs - region.impairedSinceMs);
    return {
      look: "sick",
      word: "Sick",
      sentence: `Its own network fails for ${since}; it has no vote.`,
    };
  }
  return silence(region, nowMs) ?? strain(region) ?? WELL;
}

const WELL: RegionState = { look: "fine", word: "Well", sentence: "It reports, and has a vote." };

function silence({ lastReportAtMs, taskCount }: RegionRow, nowMs: number): RegionState | null {
  if (taskCount === 0)
    return { look: "waiting", word: "Idle", sentence: "No task is planned here." };
  if (lastReportAtMs === null)
    return { look: "waiting", word: "Waiting", sentence: "It has not reported yet." };
  const quietMs = nowMs - lastReportAtMs;
  if (quietMs < SILENT_AFTER_MS) return null;
  return {
    look: "silent",
    word: "Silent",
    sentence: `No report for ${durationText(quietMs)}: its tasks have no data from here.`,
  };
}

function strain({
  clockOffsetMs,
  missedCount,
  expectedCount,
  stallCount,
}: RegionRow): RegionState | null {
  if (clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_LIMIT_MS) {
    return {
      look: "warning",
      word: "Clock",
      sentence: `Its clock is off by ${Math.round(clockOffsetMs)} ms.`,
    };
  }
  if ((missedCount ?? 0) > (expectedCount ?? 0) * 0.05) {
    return {
      look: "warning",
      word: "Behind",
      sentence: `It missed ${missedCount} of ${expectedCount} checks.`,
    };
  }
  if ((stallCount ?? 0) > 0) {
    return {
      look: "warning",
      word: "Stalled",
      sentence: `Its process stood still ${stallCount} times; such times are not counted.`,
    };
  }
  return null;
}
