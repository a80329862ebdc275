import { heartbeatEvent, type OutgoingEvent, type RegionPulse } from "../../shared/event/event.ts";
import type { TaskStatus } from "../../shared/health/health.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { Figures } from "../../shared/summary/summary.ts";
import type { RegionName } from "../../shared/units.ts";
import { stateOf, type TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services.ts";
import type { ClosedWindow, FleetView } from "./window/window.ts";

/** What a run's last window says of the fleet. */
export interface WindowPulse {
  readonly heartbeat: OutgoingEvent;
  /** Regions that could not be read, or from which nothing was reported though it was due. */
  readonly missing: readonly RegionName[];
}

export function takePulse(
  services: AggregateServices,
  { fleet, memory }: { fleet: FleetView; memory: TaskMemory },
  closed: ClosedWindow,
): WindowPulse {
  const { window } = closed.reading;
  const pulses = services.fleet.regions.map(
    ({ name }) => [name, pulseOf(name, fleet, closed)] as const,
  );
  const unread = new Set(closed.reading.unreadable.map(({ region }) => region));
  const silent = pulses.filter(([name, pulse]) => unread.has(name) || isSilent(pulse));
  const heartbeat = heartbeatEvent({
    fleet: services.fleet.name,
    home: services.fleet.home,
    window: { periodStartMs: window.fromMs, periodEndMs: window.toMs },
    statuses: countStatuses(memory, closed.tasks.keys()),
    regions: Object.fromEntries(pulses),
  });
  return { heartbeat, missing: silent.map(([name]) => name) };
}

function isSilent(pulse: RegionPulse): boolean {
  return pulse.expectedCount > 0 && pulse.sampleCount + pulse.uncountedCount === 0;
}

function pulseOf(
  name: RegionName,
  fleet: FleetView,
  { reading, tasks }: ClosedWindow,
): RegionPulse {
  const pulse = {
    expectedCount: 0,
    missedCount: 0,
    sampleCount: 0,
    failedCount: 0,
    uncountedCount: 0,
  };
  for (const { window } of tasks.values()) addFigures(pulse, window.regions[name]?.figures);
  return { ...pulse, complete: isPast(name, fleet, reading.window) };
}

type Sum = { -readonly [K in keyof Omit<RegionPulse, "complete">]: number };

function addFigures(sum: Sum, figures: Figures | undefined): void {
  if (figures === undefined) return;
  sum.expectedCount += figures.expectedCount;
  sum.missedCount += figures.missedCount;
  sum.sampleCount += figures.sampleCount;
  sum.failedCount += figures.failedCount;
  sum.uncountedCount += figures.uncountedCount;
}

/** All its present shards have claimed beyond the window. */
function isPast(name: RegionName, fleet: FleetView, window: Interval): boolean {
  const region = fleet.regions.find((candidate) => candidate.name === name);
  if (region === undefined) return false;
  return region.shards
    .filter(({ planned }) => planned === null || planned.size > 0)
    .every(({ lease }) => lease !== null && lease.claimedToMs >= window.toMs);
}

function countStatuses(memory: TaskMemory, names: Iterable<string>): Record<TaskStatus, number> {
  const counts: Record<TaskStatus, number> = { OK: 0, WARNING: 0, CRITICAL: 0, NO_DATA: 0 };
  for (const name of names) counts[stateOf(memory, name).status]++;
  return counts;
}
