import { isDeepStrictEqual } from "node:util";
import type { Interval } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS, type RegionName } from "../../../shared/units.ts";
import type { OpenWindow, Progress } from "../../ports/alert-store.ts";
import type { AggregateServices } from "../aggregate.ts";
import { openRegions, putOpenWindow, summariesIn } from "./close-window.ts";
import type { FleetView } from "./read-regions.ts";
import { countChunks, readWindow } from "./read-window.ts";
import { windowFrom } from "./ready-window.ts";
import { summariseWindow } from "./summarise-window.ts";
import { writeSummaries } from "./write-summaries.ts";

/** A probe that has not reported by now is dead: only what could not be read is still awaited. */
const LATE_LIMIT_MS: DurationMs = HOUR_MS;

export interface Revisit {
  readonly progress: Progress;
  /** Chunks that came after their window was closed. */
  readonly lateChunkCount: number;
}

/**
 * Looks again at windows that were closed before all was in, and rewrites the summaries that know
 * more now. Judged they are not again: an alert of the past helps nobody.
 */
export async function revisitWindows(
  services: AggregateServices,
  fleet: FleetView,
  {
    windows,
    progress,
    untilMs,
  }: { windows: readonly OpenWindow[]; progress: Progress; untilMs: EpochMs },
): Promise<Revisit> {
  let { openWindows } = progress;
  let lateChunkCount = 0;
  for (const open of windows.toReversed()) {
    if (services.now() >= untilMs) break;
    const found = await revisitWindow(services, fleet, open);
    openWindows = putOpenWindow(openWindows, open.startMs, found.regions);
    lateChunkCount += found.lateChunkCount;
  }
  const next = { ...progress, openWindows };
  if (!isDeepStrictEqual(next, progress)) await services.alerts.writeProgress(next);
  return { progress: next, lateChunkCount };
}

interface Finding {
  readonly regions: OpenWindow["regions"];
  readonly lateChunkCount: number;
}

async function revisitWindow(
  services: AggregateServices,
  fleet: FleetView,
  open: OpenWindow,
): Promise<Finding> {
  const window = windowFrom(open.startMs);
  const regions = regionsOf(services, open);
  const late = await findLate(fleet, regions, window);
  if (late === null) return { regions: stillOpen(services, regions, window), lateChunkCount: 0 };
  const reading = await readWindow(services, fleet, window);
  await writeSummaries(services, summariesIn(summariseWindow(reading)), "judged");
  return { regions: openRegions(reading), lateChunkCount: late };
}

/** Without regions that have left the fleet. */
function regionsOf(services: AggregateServices, open: OpenWindow): OpenWindow["regions"] {
  const names = new Set(services.fleet.regions.map(({ name }) => name));
  return Object.fromEntries(Object.entries(open.regions).filter(([name]) => names.has(name)));
}

/** How many chunks came late; null where there is nothing new to read. */
async function findLate(
  fleet: FleetView,
  regions: OpenWindow["regions"],
  window: Interval,
): Promise<number | null> {
  let late: number | null = null;
  for (const [name, before] of Object.entries(regions)) {
    const news = await newChunks(fleet, { name, before }, window);
    if (news !== null) late = (late ?? 0) + news;
  }
  return late;
}

async function newChunks(
  fleet: FleetView,
  { name, before }: { name: RegionName; before: number | null },
  window: Interval,
): Promise<number | null> {
  const region = fleet.regions.find((candidate) => candidate.name === name);
  if (region === undefined) return null;
  const count = await countChunks(region, window).catch(() => null);
  if (count === null || count === before) return null;
  // What could not be read then did not come late.
  return before === null ? 0 : count - before;
}

function stillOpen(
  services: AggregateServices,
  regions: OpenWindow["regions"],
  window: Interval,
): OpenWindow["regions"] {
  if (services.now() < window.toMs + LATE_LIMIT_MS) return regions;
  return Object.fromEntries(Object.entries(regions).filter(([, count]) => count === null));
}
