import { isDeepStrictEqual } from "node:util";
import type { Interval } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS, type RegionName } from "../../shared/units.ts";
import type { OpenWindow, Progress } from "../ports/progress-store.ts";
import type { TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";
import {
  countChunks,
  damagedShards,
  type FleetView,
  readWindow,
  summariseWindow,
  type WindowReading,
  windowFrom,
} from "./window/window.ts";
import { writeFigures } from "./write-figures.ts";

/** How many open windows are kept; the oldest are dropped. */
const MAX_OPEN_WINDOWS = 60;

/** How long after a window's end a silent probe may still report. A region whose tables could not
 * be read is waited for without a limit. */
const LATE_LIMIT_MS: DurationMs = HOUR_MS;

/** What a run found when it revisited the open windows. */
export interface Revisit {
  readonly progress: Progress;
  /** Chunks that came after their window was closed. */
  readonly lateChunkCount: number;
}

/**
 * Reads open windows again, newest first, and rewrites the summaries that know more now. It never
 * judges them again: an alert about the past would come too late to be of use.
 */
export async function revisitWindows(
  services: AggregateServices,
  memory: TaskMemory,
  run: {
    readonly fleet: FleetView;
    readonly windows: readonly OpenWindow[];
    readonly progress: Progress;
    /** No window is revisited at or after this instant. */
    readonly untilMs: EpochMs;
  },
): Promise<Revisit> {
  const { fleet } = run;
  let { openWindows } = run.progress;
  let lateChunkCount = 0;
  for (const open of run.windows.toReversed()) {
    if (services.now() >= run.untilMs) break;
    const found = await revisitWindow(services, { fleet, memory }, open);
    openWindows = putOpenWindow(openWindows, open.startMs, found.regions);
    lateChunkCount += found.lateChunkCount;
  }
  const progress = { ...run.progress, openWindows };
  if (!isDeepStrictEqual(progress, run.progress)) await services.progress.writeProgress(progress);
  return { progress, lateChunkCount };
}

/** The open windows, oldest first, with `regions` as those that one of them still waits for. */
export function putOpenWindow(
  windows: readonly OpenWindow[],
  startMs: EpochMs,
  regions: OpenWindow["regions"],
): OpenWindow[] {
  const others = windows.filter((open) => open.startMs !== startMs);
  if (Object.keys(regions).length === 0) return others;
  return [...others, { startMs, regions }]
    .sort((a, b) => a.startMs - b.startMs)
    .slice(-MAX_OPEN_WINDOWS);
}

/** Regions from which more may come: those that could not be read, and those with claimed slots. */
export function openRegions(reading: WindowReading): OpenWindow["regions"] {
  const unread = reading.unreadable.map(({ region }) => [region, null] as const);
  const waiting = [...reading.waiting].map(
    (region) => [region, reading.chunkCounts.get(region) ?? 0] as const,
  );
  const unreadShards = reading.unreadShards.map(({ region }) => [region, null] as const);
  return Object.fromEntries([...unread, ...waiting, ...unreadShards]);
}

interface RevisitedWindow {
  /** Regions that the window still waits for. */
  readonly regions: OpenWindow["regions"];
  readonly lateChunkCount: number;
}

async function revisitWindow(
  services: AggregateServices,
  { fleet, memory }: { readonly fleet: FleetView; readonly memory: TaskMemory },
  open: OpenWindow,
): Promise<RevisitedWindow> {
  const window = windowFrom(open.startMs);
  const regions = ofThisFleet(services, open);
  const late = await countLateChunks(fleet, regions, window);
  if (late === null) {
    return { regions: stillOpen(services, regions, window), lateChunkCount: 0 };
  }
  const reading = await readWindow(services, fleet, window);
  const tasks = summariseWindow(reading);
  await writeFigures(services, memory, { startMs: open.startMs, tasks, mark: "judged" });
  return { regions: openRegions(reading), lateChunkCount: late };
}

function ofThisFleet(services: AggregateServices, open: OpenWindow): OpenWindow["regions"] {
  const names = new Set(services.fleet.regions.map(({ name }) => name));
  return Object.fromEntries(Object.entries(open.regions).filter(([name]) => names.has(name)));
}

/** Null if no region has anything new. */
async function countLateChunks(
  fleet: FleetView,
  regions: OpenWindow["regions"],
  window: Interval,
): Promise<number | null> {
  let late: number | null = null;
  for (const [name, before] of Object.entries(regions)) {
    const count = await countNewChunks(fleet, { name, before }, window);
    if (count !== null) late = (late ?? 0) + count;
  }
  return late;
}

async function countNewChunks(
  fleet: FleetView,
  { name, before }: { readonly name: RegionName; readonly before: number | null },
  window: Interval,
): Promise<number | null> {
  const region = fleet.regions.find((candidate) => candidate.name === name);
  if (region === undefined || damagedShards(region).length > 0) return null;
  const count = await countChunks(region, window).catch(() => null);
  if (count === null || count === before) return null;
  // The region could not be read when the window was closed, so its chunks may have been in time.
  return before === null ? 0 : count - before;
}

/** Without the silent probes if their time is over. */
function stillOpen(
  services: AggregateServices,
  regions: OpenWindow["regions"],
  window: Interval,
): OpenWindow["regions"] {
  if (services.now() < window.toMs + LATE_LIMIT_MS) return regions;
  return Object.fromEntries(Object.entries(regions).filter(([, count]) => count === null));
}
