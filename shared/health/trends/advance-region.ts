import type { RegionWindow } from "../../summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../units.ts";
import { driftAfter } from "./drift.ts";
import type { FindingSetup } from "./findings.ts";
import type { RegionTrend } from "./model.ts";
import { countCheck, type ShareLimits } from "./share-batch.ts";

/** A region that is silent for this long, and for three schedules, has no vote and no memory. */
const FORGET_MS: DurationMs = 10 * MINUTE_MS;

/** What checks are counted by. */
export interface Counting extends ShareLimits {
  readonly isDegraded: boolean;
}

/** A window and what its checks are judged by. */
export interface Advance extends Counting, FindingSetup {
  readonly periodStartMs: EpochMs;
}

/** A region after a window. */
export interface SeenRegion {
  /** As it is at the window's end; null if nothing is to be said of it. */
  readonly seen: RegionTrend | null;
  /** As it is remembered: the same object while its checks pass as scheduled. */
  readonly kept: RegionTrend | null;
}

/** Moves what is remembered of a region by one window. */
export function advanceRegion(
  before: RegionTrend | null,
  own: RegionWindow,
  by: Advance,
): SeenRegion {
  if (isSilent(own)) return before === null ? NOTHING : same(silence(before, by));
  if (before === null && own.figures.failedCount === 0) return NOTHING;
  const start = resume(before, by);
  const seen = { ...countWindow(start, own, by), throughMs: by.periodEndMs };
  if (isEmpty(seen)) return { seen: null, kept: forgettable(before, own, by) };
  return { seen, kept: isUneventful(before, own, seen) ? before : seen };
}

/** What is forgotten by the clock alone need not be stored as forgotten. */
function forgettable(
  before: RegionTrend | null,
  { figures }: RegionWindow,
  by: Advance,
): RegionTrend | null {
  const isByClock =
    before !== null && figures.failedCount === 0 && isForgotten(before, by.periodEndMs, by);
  return isByClock ? before : null;
}

const NOTHING: SeenRegion = { seen: null, kept: null };

function same(region: RegionTrend): SeenRegion {
  return { seen: region, kept: region };
}

/** Whether a region says nothing of the target, though a check was due or it is not at work. */
export function isSilent({ figures, covered }: RegionWindow): boolean {
  return figures.sampleCount === 0 && (figures.expectedCount > 0 || !covered);
}

/** Whether a silent region has been silent for so long that it has no vote. */
export function isGone(region: RegionTrend | null, { periodEndMs, scheduleMs }: Advance): boolean {
  const sinceMs = region?.silentSinceMs ?? null;
  return sinceMs !== null && periodEndMs - sinceMs >= Math.max(FORGET_MS, 3 * scheduleMs);
}

/** A region of which nothing is known but that it is silent. */
export function newlySilent({ periodStartMs }: Advance): RegionTrend {
  return { ...NO_TREND, throughMs: periodStartMs, silentSinceMs: periodStartMs };
}

/** What is not known of a region. */
export const NO_TREND: RegionTrend = {
  throughMs: 0,
  batch: null,
  drift: null,
  broken: [],
  failing: null,
  silentSinceMs: null,
};

function silence(before: RegionTrend, by: Advance): RegionTrend {
  if (before.silentSinceMs === null)
    return { ...resume(before, by), silentSinceMs: by.periodStartMs };
  if (!isGone(before, by) || isEmpty(before)) return before;
  return { ...NO_TREND, throughMs: before.throughMs, silentSinceMs: before.silentSinceMs };
}

/** Sets a region aside for as long as the task is down: an outage is no trend. */
export function pauseRegion(before: RegionTrend, by: Advance): RegionTrend | null {
  const { batch, failing, silentSinceMs } = before;
  if (silentSinceMs !== null && batch === null && failing === null) return before;
  const paused = silentSinceMs === null ? silence(before, by) : before;
  const next = { ...paused, batch: null, failing: null };
  return isEmpty(next) ? null : next;
}

/** Whether nothing of a region is worth remembering, but that it is silent. */
export function isEmpty({ batch, drift, broken }: RegionTrend): boolean {
  return batch === null && drift === null && broken.length === 0;
}

/** The region at the window's start: since `throughMs` all its checks passed as scheduled. */
function resume(before: RegionTrend | null, by: Advance): RegionTrend {
  const { periodStartMs } = by;
  const known = before ?? NO_TREND;
  const start = { ...known, throughMs: periodStartMs, silentSinceMs: null };
  if (before === null || before.silentSinceMs !== null) return start;
  return { ...passUntil(before, periodStartMs, by), throughMs: periodStartMs };
}

function passUntil(before: RegionTrend, atMs: EpochMs, by: Counting): RegionTrend {
  const passedCount = Math.floor((atMs - before.throughMs) / by.scheduleMs);
  if (passedCount <= 0) return before;
  let next: RegionTrend = { ...before, failing: null };
  for (let i = 0; i < passedCount && !isEmpty(next); i++) next = countOne(next, true, by);
  return next;
}

/**
 * Whether nothing is left of a region by an instant, since all its checks passed as scheduled. Then it
 * is so at each later one, and a record that still has it says the same as one without.
 */
export function isForgotten(before: RegionTrend, atMs: EpochMs, by: Counting): boolean {
  const { silentSinceMs, broken } = before;
  if (silentSinceMs !== null || broken.length > 0) return false;
  return isEmpty(passUntil(before, atMs, by));
}

function countWindow(start: RegionTrend, { checks }: RegionWindow, by: Advance): RegionTrend {
  let next = start;
  let successAtMs = by.periodStartMs;
  for (const { verdict, slotAtMs } of checks) {
    if (verdict === "uncounted") continue;
    const passed = verdict === "passed";
    if (passed) successAtMs = slotAtMs;
    const { sinceMs, count } = next.failing ?? { sinceMs: successAtMs, count: 0 };
    const failing = passed ? null : { sinceMs, count: count + 1 };
    next = { ...countOne(next, passed, by), failing };
  }
  return next;
}

function countOne(region: RegionTrend, passed: boolean, by: Counting): RegionTrend {
  const drift = driftAfter(region.drift, passed, by);
  return { ...region, drift, ...countCheck(region, passed, by) };
}

/** Whether every check was made and passed, and no batch was judged: then counting again is enough. */
function isUneventful(
  before: RegionTrend | null,
  { figures }: RegionWindow,
  seen: RegionTrend,
): boolean {
  if (figures.failedCount + figures.uncountedCount + figures.missedCount > 0) return false;
  return before !== null && before.silentSinceMs === null && before.broken === seen.broken;
}
