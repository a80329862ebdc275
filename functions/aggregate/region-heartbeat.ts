import type { RegionHeartbeat } from "../../shared/event/event.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import { sumOf } from "../../shared/sum-of.ts";
import type { RegionName } from "../../shared/units.ts";
import type { FleetView, SummarisedTask, WindowReading } from "./window/window.ts";

/** Whether checks were due and none was made. */
export function isSilent({ expectedCount, sampleCount, uncountedCount }: RegionHeartbeat): boolean {
  return expectedCount > 0 && sampleCount + uncountedCount === 0;
}

/** Whether checks were made, or its shards run and none was due. */
export function isAtWork({ complete, sampleCount, uncountedCount }: RegionHeartbeat): boolean {
  return complete || sampleCount + uncountedCount > 0;
}

/** What a region did in a window. */
export function regionHeartbeat(
  name: RegionName,
  fleet: FleetView,
  {
    reading,
    tasks,
  }: { readonly reading: WindowReading; readonly tasks: ReadonlyMap<string, SummarisedTask> },
): RegionHeartbeat {
  const figures = [...tasks.values()].flatMap(({ window }) => window.regions[name]?.figures ?? []);
  return {
    complete: hasClaimedAll(name, fleet, reading.window),
    expectedCount: sumOf(figures, ({ expectedCount }) => expectedCount),
    missedCount: sumOf(figures, ({ missedCount }) => missedCount),
    sampleCount: sumOf(figures, ({ sampleCount }) => sampleCount),
    failedCount: sumOf(figures, ({ failedCount }) => failedCount),
    uncountedCount: sumOf(figures, ({ uncountedCount }) => uncountedCount),
  };
}

/** Whether every shard that has tasks has claimed time up to the window's end at least. */
function hasClaimedAll(name: RegionName, fleet: FleetView, window: Interval): boolean {
  const region = fleet.regions.find((candidate) => candidate.name === name);
  if (region === undefined) return false;
  return region.shards
    .filter(({ planned }) => planned === null || planned.size > 0)
    .every(({ lease }) => lease !== null && lease.claimedToMs >= window.toMs);
}
