import type { Interval } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import type { Progress } from "../ports/progress-store.ts";
import { judgeTasks, type TaskMemory } from "./judge/judge.ts";
import { openRegions, putOpenWindow } from "./revisit-windows.ts";
import type { AggregateServices } from "./services/services.ts";
import {
  type FleetView,
  plannedRegions,
  readWindow,
  type SummarisedTask,
  skipIdleWindows,
  summariesOf,
  summariseWindow,
  type WindowReading,
  windowFrom,
  writeSummaries,
} from "./window/window.ts";

/** How long after its end a window stays open at least, so that the last chunks can arrive. */
const GRACE_MS: DurationMs = 20 * SECOND_MS;

/** How long after its end a window stays open at most; later results make a new revision. */
const PATIENCE_MS: DurationMs = 90 * SECOND_MS;

/** If the watermark is older than this when a run begins, at least two runs before it are missing. */
const AWAY_AFTER_MS: DurationMs = 150 * SECOND_MS;

/** What a run knows before it closes its first window. */
export interface Run {
  readonly startedAtMs: EpochMs;
  /** No window is begun at or after this instant. */
  readonly untilMs: EpochMs;
  readonly memory: TaskMemory;
  readonly fleet: FleetView;
  readonly progress: Progress;
}

/** A window whose summaries are written and whose tasks are judged. */
export interface ClosedWindow {
  readonly reading: WindowReading;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
}

/** How far a run has come with closing windows. */
export interface ClosedWindows {
  /** Without regions that could not be read in this run: each failure takes seconds. */
  readonly fleet: FleetView;
  readonly progress: Progress;
  readonly last: ClosedWindow | null;
  readonly windowCount: number;
  /** Chunks that could not be decoded, or whose bundle is missing. */
  readonly damagedCount: number;
  /** Samples that a later version wrote and that this version understands in part only. */
  readonly notUnderstoodCount: number;
}

/** Closes windows in order from the watermark on, up to the first one that is not ready. */
export async function closeReadyWindows(
  services: AggregateServices,
  run: Run,
): Promise<ClosedWindows> {
  const { fleet, memory, progress, startedAtMs } = run;
  const context: JudgeContext = {
    memory,
    planned: plannedRegions(fleet),
    wasHomeAway: startedAtMs - progress.watermarkMs > AWAY_AFTER_MS,
  };
  const counts = { windowCount: 0, damagedCount: 0, notUnderstoodCount: 0 };
  let closed: ClosedWindows = { fleet, progress, last: null, ...counts };
  while (services.now() < run.untilMs) {
    closed = { ...closed, progress: await skipIdle(services, closed, startedAtMs) };
    const reading = await readReadyWindow(services, closed, startedAtMs);
    if (reading === null) return closed;
    closed = await closeWindow(services, context, { closed, reading });
  }
  return closed;
}

async function skipIdle(
  services: AggregateServices,
  { fleet, progress }: ClosedWindows,
  nowMs: EpochMs,
): Promise<Progress> {
  const watermarkMs = await skipIdleWindows(fleet, progress.watermarkMs, nowMs);
  if (watermarkMs === progress.watermarkMs) return progress;
  const next = { ...progress, watermarkMs };
  await services.progress.writeProgress(next);
  return next;
}

/** What the regions say of the window at the watermark; null if it is not ready to be closed. */
async function readReadyWindow(
  services: AggregateServices,
  { fleet, progress }: ClosedWindows,
  nowMs: EpochMs,
): Promise<WindowReading | null> {
  const window = windowFrom(progress.watermarkMs);
  // `nowMs` is the run's start: a window that is over only since then needs newer leases than
  // this run has read.
  if (!isOver(window, nowMs)) return null;
  const reading = await readWindow(services, fleet, window);
  // If no region can be read, the fault is at home, and the next run tries again.
  if (reading.unreadable.length === services.fleet.regions.length) return null;
  return mustWait(reading, nowMs) ? null : reading;
}

/** Whether the window has ended and its grace has passed. */
export function isOver(window: Interval, nowMs: EpochMs): boolean {
  return nowMs >= window.toMs + GRACE_MS;
}

/** Whether a claimed slot of the window may still report, and the aggregator still waits for it. */
export function mustWait(
  reading: Pick<WindowReading, "window" | "waitsUntilMs">,
  nowMs: EpochMs,
): boolean {
  if (reading.waitsUntilMs === null || nowMs >= reading.window.toMs + PATIENCE_MS) return false;
  return nowMs < reading.waitsUntilMs;
}

interface JudgeContext {
  readonly memory: TaskMemory;
  readonly planned: ReadonlyMap<string, readonly RegionName[]> | null;
  /** The runs before this one are missing, so home itself was switched off. */
  readonly wasHomeAway: boolean;
}

/**
 * Closes one window: summaries, then judgements, then the watermark. Each step is idempotent, so a
 * later run can repeat what a failed run began. A window that is marked as judged is not judged
 * again, even if more results have come in since.
 */
async function closeWindow(
  services: AggregateServices,
  { memory, planned, wasHomeAway }: JudgeContext,
  { closed, reading }: { readonly closed: ClosedWindows; readonly reading: WindowReading },
): Promise<ClosedWindows> {
  const { window } = reading;
  const { pass = 0 } = closed.progress;
  const mark = await services.progress.beginWindow(window.fromMs, pass);
  const tasks = summariseWindow(reading);
  for (const name of await writeSummaries(services, summariesOf(tasks), mark)) {
    memory.setAside.set(name, "not summarised: DynamoDB does not take its summary");
  }
  // If home was away and no region checked anything, the whole fleet was switched off. The missing
  // data then says nothing about any target.
  const wasFleetOff = wasHomeAway && hasNoChecks(reading);
  if (mark !== "judged" && !wasFleetOff) {
    await judgeTasks(services, memory, { window, tasks, planned, pass });
    await services.progress.markJudged(window.fromMs, pass);
  }
  const openWindows = putOpenWindow(
    closed.progress.openWindows,
    window.fromMs,
    openRegions(reading),
  );
  const progress: Progress = { ...closed.progress, watermarkMs: window.toMs, openWindows };
  await services.progress.writeProgress(progress);
  return {
    fleet: withoutUnreadable(closed.fleet, reading),
    progress,
    last: { reading, tasks },
    windowCount: closed.windowCount + 1,
    damagedCount: closed.damagedCount + reading.damagedCount,
    notUnderstoodCount: closed.notUnderstoodCount + reading.notUnderstoodCount,
  };
}

function hasNoChecks({ tasks }: WindowReading): boolean {
  return [...tasks.values()].every(({ regions }) =>
    Object.values(regions).every(({ checks }) => checks.length === 0),
  );
}

function withoutUnreadable({ regions }: FleetView, { unreadable }: WindowReading): FleetView {
  const failed = new Set(unreadable.map(({ region }) => region));
  return { regions: regions.filter(({ name }) => !failed.has(name)), unreadable };
}
