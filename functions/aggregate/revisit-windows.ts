import { isDeepStrictEqual } from "node:util";
import type { Fleet } from "../../shared/plan/plan.ts";
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

/** How many open windows are kept; with an agent, so many as it may be late. */
const MAX_OPEN_WINDOWS = { functions: 60, agents: 90 } as const;

/**
 * Windows of which no region, or not all, could be read, or whose summaries found no room in their
 * table: after hours without either they are still written. An entry is some hundred bytes.
 */
const MAX_UNREAD_WINDOWS = 1_000;

/** An agent that was away for an hour still reports: most of that time it has claimed nothing. */
const AGENT_LATE_LIMIT_MS: DurationMs = 1.5 * HOUR_MS;

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
    const now = { startMs: open.startMs, regions: found.regions };
    openWindows = putOpenWindow(openWindows, now, services.fleet);
    lateChunkCount += found.lateChunkCount;
    if (found.isBusy) break;
  }
  const progress = { ...run.progress, openWindows };
  if (!isDeepStrictEqual(progress, run.progress)) await services.progress.writeProgress(progress);
  return { progress, lateChunkCount };
}

/** The open windows, oldest first, with one as it waits now; the oldest are dropped of each kind. */
export function putOpenWindow(
  windows: readonly OpenWindow[],
  open: OpenWindow,
  fleet: Pick<Fleet, "regions">,
): OpenWindow[] {
  const others = windows.filter(({ startMs }) => startMs !== open.startMs);
  if (Object.keys(open.regions).length === 0) return others;
  const most = MAX_OPEN_WINDOWS[agentsOf(fleet).length > 0 ? "agents" : "functions"];
  const all = [...others, open].sort((a, b) => a.startMs - b.startMs);
  const kept = new Set([
    ...all.filter((one) => !isUnread(one)).slice(-most),
    ...all.filter(isUnread).slice(-MAX_UNREAD_WINDOWS),
  ]);
  return all.filter((one) => kept.has(one));
}

function isUnread({ regions }: OpenWindow): boolean {
  return Object.values(regions).includes(null);
}

/** Regions from which more may come: unreadable ones, those with claimed slots, and agents that are away. */
export function openRegions(reading: WindowReading, fleet: Fleet): OpenWindow["regions"] {
  const unread = reading.unreadable.map(({ region }) => [region, null] as const);
  const waiting = [...reading.waiting].map(
    (region) => [region, reading.chunkCounts.get(region) ?? 0] as const,
  );
  const away = awayAgents(reading, fleet).map(
    (region) => [region, reading.chunkCounts.get(region) ?? 0] as const,
  );
  const unreadShards = reading.unreadShards.map(({ region }) => [region, null] as const);
  return Object.fromEntries([...unread, ...away, ...waiting, ...unreadShards]);
}

/** Agents that have not claimed the whole window: what they checked without AWS comes when they are back. */
function awayAgents({ tasks }: WindowReading, fleet: Fleet): RegionName[] {
  const isAway = (name: RegionName) =>
    [...tasks.values()].some((task) => task.regions[name]?.covered === false);
  return agentsOf(fleet).filter(isAway);
}

function agentsOf({ regions }: Pick<Fleet, "regions">): RegionName[] {
  return regions.filter(({ agent }) => agent).map(({ name }) => name);
}

interface RevisitedWindow {
  /** Regions that the window still waits for. */
  readonly regions: OpenWindow["regions"];
  readonly lateChunkCount: number;
  /** The table takes no more for now. */
  readonly isBusy?: true;
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
  const figures = { startMs: open.startMs, tasks, mark: "judged" } as const;
  if ((await writeFigures(services, memory, figures)) === "later")
    return { regions, lateChunkCount: 0, isBusy: true };
  return { regions: openRegions(reading, services.fleet), lateChunkCount: late };
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
  const lateMs = services.now() - window.toMs;
  if (lateMs < LATE_LIMIT_MS) return regions;
  const agents = agentsOf(services.fleet);
  const isOpen = (name: RegionName, count: number | null) =>
    count === null || (agents.includes(name) && lateMs < AGENT_LATE_LIMIT_MS);
  return Object.fromEntries(Object.entries(regions).filter(([name, n]) => isOpen(name, n)));
}
