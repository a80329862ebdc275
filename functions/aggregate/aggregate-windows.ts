import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { Progress } from "../ports/alert-store.ts";
import { takePulse } from "./fleet-heartbeat.ts";
import { readMemory, type TaskMemory } from "./judge/judge.ts";
import { logRun } from "./log-run.ts";
import { deliverEvents } from "./outbox/outbox.ts";
import type { AggregateServices } from "./services.ts";
import {
  type ClosedWindow,
  closeWindow,
  type FleetView,
  firstWatermark,
  isOver,
  mustWait,
  plannedRegions,
  readRegions,
  readWindow,
  revisitWindows,
  skipDarkWindows,
  windowFrom,
} from "./window/window.ts";

/** Longer than a run may last (the function's timeout), shorter than the minute to the next. */
export const LOCK_MS: DurationMs = 55 * SECOND_MS;

/** A watermark this old, when a run begins, means that at least two runs before it never came. */
const AWAY_AFTER_MS: DurationMs = 150 * SECOND_MS;

/** What a failing bus may take of a run before its windows. */
const SWEEP_MS: DurationMs = 8 * SECOND_MS;

/** No window is begun later in a run than this. */
const WINDOWS_MS: DurationMs = 40 * SECOND_MS;

/** Nothing is published later in a run than this. */
const DELIVERY_MS: DurationMs = 48 * SECOND_MS;

interface Run {
  readonly startedAtMs: EpochMs;
  readonly memory: TaskMemory;
  fleet: FleetView;
  progress: Progress;
  closed: ClosedWindow | null;
  windowCount: number;
  damagedCount: number;
  notUnderstoodCount: number;
}

/**
 * One run: deliver what is owed, close every window that is ready, look after those that were closed
 * too early, deliver. Only one run at a time; one that fails leaves its lock to expire.
 */
export async function aggregateWindows(services: AggregateServices): Promise<void> {
  const startedAtMs = services.now();
  const holder = services.newHolder();
  const lock = await services.alerts.takeLock(holder, startedAtMs, startedAtMs + LOCK_MS);
  if (lock === "held") return services.log({ metrics: {}, skipped: "another run holds the lock" });
  const memory = await readMemory(services.alerts);
  await deliverEvents(services, memory, startedAtMs + SWEEP_MS);
  const run: Run = {
    startedAtMs,
    memory,
    fleet: await readRegions(services),
    progress: await beginProgress(services, startedAtMs),
    closed: null,
    windowCount: 0,
    damagedCount: 0,
    notUnderstoodCount: 0,
  };
  const openBefore = run.progress.openWindows;
  await closeReadyWindows(services, run);
  const untilMs = startedAtMs + WINDOWS_MS;
  const revisit = { windows: openBefore, progress: run.progress, untilMs };
  const { progress, lateChunkCount } = await revisitWindows(services, run.fleet, revisit);
  await deliverEvents(services, memory, startedAtMs + DELIVERY_MS);
  const pulse = run.closed === null ? null : takePulse(services, run, run.closed);
  const beat = pulse === null ? null : await services.bus.publish([pulse.heartbeat]);
  await services.alerts.releaseLock(holder);
  logRun(services, { ...run, progress, lateChunkCount, missing: pulse?.missing ?? [], beat });
}

async function beginProgress(services: AggregateServices, nowMs: EpochMs): Promise<Progress> {
  const held = await services.alerts.readProgress();
  if (held !== null) return held;
  const first = { watermarkMs: firstWatermark(nowMs), openWindows: [] };
  await services.alerts.writeProgress(first);
  return first;
}

/** Strictly in order: the first window that is not ready ends the row. */
async function closeReadyWindows(services: AggregateServices, run: Run): Promise<void> {
  const nowMs = run.startedAtMs;
  const planned = plannedRegions(run.fleet);
  const homeWasAway = nowMs - run.progress.watermarkMs > AWAY_AFTER_MS;
  while (services.now() < nowMs + WINDOWS_MS) {
    await skipDark(services, run);
    const window = windowFrom(run.progress.watermarkMs);
    // What became ready since is left to the next run: the leases are as old as this one.
    if (!isOver(window, nowMs)) return;
    const reading = await readWindow(services, run.fleet, window);
    // That no region answers at all is a fault of home, which waiting mends.
    if (reading.unreadable.length === services.fleet.regions.length) return;
    if (mustWait(reading, nowMs)) return;
    const context = { memory: run.memory, planned, homeWasAway };
    run.closed = await closeWindow(services, context, { reading, progress: run.progress });
    run.progress = run.closed.progress;
    run.fleet = withoutUnreadable(run.fleet, run.closed);
    run.windowCount++;
    run.damagedCount += reading.damagedCount;
    run.notUnderstoodCount += reading.notUnderstoodCount;
  }
}

async function skipDark(services: AggregateServices, run: Run): Promise<void> {
  const { watermarkMs, openWindows } = run.progress;
  const next = await skipDarkWindows(run.fleet, watermarkMs, run.startedAtMs);
  if (next === watermarkMs) return;
  run.progress = { watermarkMs: next, openWindows };
  await services.alerts.writeProgress(run.progress);
}

/** A region that failed once in a run is not asked again in it: each failure takes seconds. */
function withoutUnreadable({ regions }: FleetView, { reading }: ClosedWindow): FleetView {
  const failed = new Set(reading.unreadable.map(({ region }) => region));
  return {
    regions: regions.filter(({ name }) => !failed.has(name)),
    unreadable: reading.unreadable,
  };
}
