import { AHEAD_TOLERANCE_MS, isAhead } from "../../shared/slot/slot.ts";
import { type EpochMs, startOfMinute, toIso } from "../../shared/units.ts";
import type { OpenWindow, Progress, StoredProgress } from "../ports/progress-store.ts";
import { type TaskMemory, takeBackMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";
import { type FleetView, WINDOW_MS } from "./window/window.ts";

/** Where a run begins. */
export interface Beginning {
  readonly progress: Progress;
  /** What is wrong with a clock and what was done, as a sentence; null if all clocks agree. */
  readonly clock: string | null;
  /** What can't be read of the stored progress and what is done instead, as sentences. */
  readonly faults: readonly string[];
}

/** What a run has read before it knows where it begins. */
interface Begun {
  readonly nowMs: EpochMs;
  readonly fleet: FleetView;
  readonly memory: TaskMemory;
}

/**
 * The stored progress; a new fleet's begins with the first whole minute from now on. So does that of
 * a fleet whose watermark can't be read, and that of one whose clock was set back: what it remembers
 * from there on is taken back (docs/decisions/0019).
 */
export async function beginProgress(services: AggregateServices, run: Begun): Promise<Beginning> {
  const held = await services.progress.readProgress();
  const fromMs = startOfMinute(run.nowMs + WINDOW_MS - 1);
  if (held === null) {
    const first = { watermarkMs: fromMs, openWindows: [] };
    await services.progress.writeProgress(first);
    return { progress: first, clock: null, faults: [] };
  }
  const { watermarkMs, faults = [], ...rest } = held;
  if (watermarkMs === null) return beginAnew(services, run, { held, fromMs });
  const progress = { ...rest, watermarkMs };
  if (!isAhead(watermarkMs, run.nowMs)) return { progress, clock: null, faults };
  const aheadOf = `The summaries are up to ${toIso(watermarkMs)}, ahead of this clock`;
  if (isBehindRegions(services, run)) {
    return { progress, clock: `${aheadOf}, which is behind those of the regions`, faults };
  }
  await takeBackMemory(services, run.memory, fromMs);
  const next = {
    watermarkMs: fromMs,
    openWindows: openBefore(held, fromMs),
    pass: (held.pass ?? 0) + 1,
  };
  await services.progress.takeBackProgress(progress, next);
  return { progress: next, clock: `${aheadOf}: they go on from ${toIso(fromMs)}`, faults };
}

/** The minutes between are not summarised: nothing says which of them are. */
async function beginAnew(
  services: AggregateServices,
  run: Begun,
  { held, fromMs }: { readonly held: StoredProgress; readonly fromMs: EpochMs },
): Promise<Beginning> {
  const { faults = [], ...rest } = held;
  if (!isBehindRegions(services, run)) await takeBackMemory(services, run.memory, fromMs);
  const progress = { ...rest, watermarkMs: fromMs, openWindows: openBefore(held, fromMs) };
  await services.progress.writeProgress(progress);
  const goesOn = `How far the summaries are can't be read: they go on from ${toIso(fromMs)}`;
  return { progress, clock: null, faults: [...faults, goesOn] };
}

function openBefore({ openWindows }: StoredProgress, fromMs: EpochMs): OpenWindow[] {
  return openWindows.filter(({ startMs }) => startMs < fromMs);
}

/** Probes have clocks of their own: if more of them are ahead than at this time, this clock is behind. */
function isBehindRegions({ fleet }: AggregateServices, { fleet: view, nowMs }: Begun): boolean {
  const shardCounts = new Map(fleet.regions.map(({ name, shards }) => [name, shards]));
  const running = view.regions.flatMap(({ name, shards }) =>
    // Nothing takes back the lease of a retired shard.
    shards.filter(({ shard }) => shard < (shardCounts.get(name) ?? 0)),
  );
  const claims = running.flatMap(({ claimedToMs }) => claimedToMs ?? []);
  const aheadCount = claims.filter((atMs) => isAhead(atMs, nowMs)).length;
  const presentCount = claims.filter(
    (atMs) => !isAhead(atMs, nowMs) && atMs > nowMs - AHEAD_TOLERANCE_MS,
  ).length;
  return aheadCount > presentCount;
}
