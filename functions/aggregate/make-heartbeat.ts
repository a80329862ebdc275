import { isClockOff } from "../../shared/clock/clock.ts";
import { DEFAULT_CLOCK_THRESHOLD_MS } from "../../shared/contract.ts";
import {
  heartbeatEvent,
  type OutgoingEvent,
  type RegionClock,
  type RegionHeartbeat,
} from "../../shared/event/event.ts";
import type { TaskStatus } from "../../shared/health/health.ts";
import type { RegionName } from "../../shared/units.ts";
import type { ClosedWindow } from "./close-windows.ts";
import { stateOf, type TaskMemory } from "./judge/judge.ts";
import { isAtWork, isSilent, regionHeartbeat } from "./region-heartbeat.ts";
import type { AggregateServices } from "./services/services.ts";
import type { FleetView } from "./window/window.ts";

/** A window's heartbeat event, and the regions that the window lacks. */
export interface WindowHeartbeat {
  readonly event: OutgoingEvent;
  /** Regions that could not be read, or that reported nothing although checks were due. */
  readonly missing: readonly RegionName[];
  /** Regions whose clock is off by more than the threshold. */
  readonly clocksOff: readonly RegionName[];
  /** Whether a region at least has made checks, or has none to make. */
  readonly isProbed: boolean;
}

/** What a heartbeat tells beside the window's figures. */
interface HeartbeatSources {
  readonly fleet: FleetView;
  readonly memory: TaskMemory;
  /** See `Progress`. */
  readonly pass?: number;
}

/** Makes the heartbeat of a closed window from its figures and the tasks' states. */
export function makeHeartbeat(
  services: AggregateServices,
  { fleet, memory, pass = 0 }: HeartbeatSources,
  closed: ClosedWindow,
): WindowHeartbeat {
  const { window, unreadable } = closed.reading;
  const regions = services.fleet.regions.map(
    ({ name }) => [name, pulseOf(services, name, { fleet, closed })] as const,
  );
  const event = heartbeatEvent({
    fleet: services.fleet.name,
    home: services.fleet.home,
    window: { periodStartMs: window.fromMs, periodEndMs: window.toMs },
    pass,
    statuses: countStatuses(memory, closed.tasks.keys()),
    regions: Object.fromEntries(regions),
  });
  const unread = new Set(unreadable.map(({ region }) => region));
  const missing = regions.filter(([name, region]) => unread.has(name) || isSilent(region));
  const off = regions.filter(([, { clock }]) => clock?.isOff === true);
  return {
    event,
    missing: missing.map(([name]) => name),
    clocksOff: off.map(([name]) => name),
    isProbed: regions.some(([name, region]) => !unread.has(name) && isAtWork(region)),
  };
}

function pulseOf(
  services: AggregateServices,
  name: RegionName,
  { fleet, closed }: { readonly fleet: FleetView; readonly closed: ClosedWindow },
): RegionHeartbeat {
  const clock = clockOf(services, name, closed);
  return { ...regionHeartbeat(name, fleet, closed), ...(clock !== null && { clock }) };
}

function clockOf(
  { clockThresholdMs = DEFAULT_CLOCK_THRESHOLD_MS }: AggregateServices,
  name: RegionName,
  { reading: { clocks } }: ClosedWindow,
): RegionClock | null {
  const reading = clocks.get(name);
  return reading === undefined ? null : { reading, isOff: isClockOff(reading, clockThresholdMs) };
}

function countStatuses(memory: TaskMemory, names: Iterable<string>): Record<TaskStatus, number> {
  const counts: Record<TaskStatus, number> = { OK: 0, WARNING: 0, CRITICAL: 0, NO_DATA: 0 };
  for (const name of names) counts[stateOf(memory, name).status]++;
  return counts;
}
