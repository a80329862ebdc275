import type { Interval } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { Progress } from "../ports/progress-store.ts";
import { type ClosedWindows, closeWindow, type JudgeContext } from "./close-window.ts";
import type { TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";
import {
  type FleetView,
  plannedRegions,
  plannedTasks,
  readWindow,
  skipIdleWindows,
  type WindowReading,
  windowFrom,
} from "./window/window.ts";

export type { ClosedWindow, ClosedWindows } from "./close-window.ts";

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
  /** No state is stored at or after this instant. */
  readonly judgeUntilMs: EpochMs;
  readonly memory: TaskMemory;
  readonly fleet: FleetView;
  readonly progress: Progress;
  /** Delivers what a window has decided. */
  readonly deliver: () => Promise<void>;
}

/**
 * Closes windows in order from the watermark on, up to the first one that is not ready, or that could
 * be judged only in part in this run's time.
 */
export async function closeReadyWindows(
  services: AggregateServices,
  run: Run,
): Promise<ClosedWindows> {
  const { fleet, memory, progress, startedAtMs } = run;
  const context: JudgeContext = {
    memory,
    untilMs: run.judgeUntilMs,
    planned: plannedRegions(fleet),
    plans: plannedTasks(fleet),
    wasHomeAway: startedAtMs - progress.watermarkMs > AWAY_AFTER_MS,
    deliver: run.deliver,
  };
  const counts = { windowCount: 0, damagedCount: 0, notUnderstoodCount: 0 };
  let closed: ClosedWindows = { fleet, progress, last: null, ...counts };
  while (services.now() < run.untilMs) {
    closed = { ...closed, progress: await skipIdle(services, closed, startedAtMs) };
    const reading = await readReadyWindow(services, closed, startedAtMs);
    if (reading === null) return closed;
    const next = await closeWindow(services, context, { closed, reading });
    if (next === null) return closed;
    closed = next;
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
  // Who is heard after an idle time is not known yet.
  const { heard: _, ...rest } = progress;
  const next = { ...rest, watermarkMs };
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
