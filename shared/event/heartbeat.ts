import type { ClockReading } from "../clock/clock.ts";
import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { TaskStatus } from "../health/health.ts";
import { type EpochMs, type RegionName, toIso, toMicrosecondPrecision } from "../units.ts";
import type { OutgoingEvent } from "./outgoing.ts";

/** What a region did in a window, over all its tasks. */
export interface RegionHeartbeat {
  /** All its leases are past the window's end. */
  readonly complete: boolean;
  readonly expectedCount: number;
  readonly missedCount: number;
  readonly sampleCount: number;
  readonly failedCount: number;
  readonly uncountedCount: number;
  /** Absent if its probes ask no time server. */
  readonly clock?: RegionClock;
}

/** How a region's clock stood in a window. */
export interface RegionClock {
  readonly reading: ClockReading;
  /** By more than the fleet's threshold. */
  readonly isOff: boolean;
}

/** What the fleet did in a window. */
export interface FleetHeartbeat {
  readonly fleet: string;
  readonly home: RegionName;
  readonly window: { readonly periodStartMs: EpochMs; readonly periodEndMs: EpochMs };
  /** See `AlertContext`. */
  readonly pass?: number;
  /** Running tasks by status. */
  readonly statuses: Readonly<Record<TaskStatus, number>>;
  readonly regions: Readonly<Record<RegionName, RegionHeartbeat>>;
}

/** Detail of `Probe Fleet Heartbeat`. */
interface HeartbeatDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly window: { readonly start: string; readonly end: string };
  readonly task_count: number;
  readonly tasks_by_state: Readonly<Record<TaskStatus, number>>;
  readonly regions_reporting: number;
  /** Absent if no clock is off. */
  readonly clocks_off?: readonly RegionName[];
  readonly regions: readonly RegionHeartbeatDetail[];
}

/** One region in a heartbeat. */
interface RegionHeartbeatDetail {
  readonly region: RegionName;
  readonly complete: boolean;
  readonly expected: number;
  readonly missed: number;
  readonly uncounted: number;
  readonly sample_count: number;
  readonly failed_connections: number;
  readonly clock?: ClockDetail;
}

/** A region's clock in a heartbeat; without figures if no server answered. */
interface ClockDetail {
  readonly answered_percent: number;
  /** What must be added to the clock: above 0 if it is behind. */
  readonly offset_ms?: number;
  readonly stability_ms?: number;
  readonly jitter_ms?: number;
  readonly round_trip_ms?: number;
}

/** The heartbeat event of a window. A subscriber alarms on its absence. */
export function heartbeatEvent(pulse: FleetHeartbeat): OutgoingEvent {
  const { fleet, home, window, pass = 0 } = pulse;
  const again = pass > 0 ? [`pass ${pass}`] : [];
  const id = deriveId("heartbeat", fleet, window.periodStartMs, ...again);
  const regions = Object.entries(pulse.regions).sort(([a], [b]) => (a < b ? -1 : 1));
  const off = regions.filter(([, { clock }]) => clock?.isOff === true).map(([region]) => region);
  const detail: HeartbeatDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    window: { start: toIso(window.periodStartMs), end: toIso(window.periodEndMs) },
    task_count: Object.values(pulse.statuses).reduce((sum, count) => sum + count, 0),
    tasks_by_state: pulse.statuses,
    regions_reporting: regions.filter(([, { sampleCount }]) => sampleCount > 0).length,
    ...(off.length > 0 && { clocks_off: off }),
    regions: regions.map(([region, one]) => toRegionDetail(region, one)),
  };
  return {
    id,
    detailType: DETAIL_TYPES.heartbeat,
    time: window.periodEndMs,
    resources: [`synfleet/${fleet}`],
    detail,
  };
}

function toRegionDetail(region: RegionName, pulse: RegionHeartbeat): RegionHeartbeatDetail {
  return {
    region,
    complete: pulse.complete,
    expected: pulse.expectedCount,
    missed: pulse.missedCount,
    uncounted: pulse.uncountedCount,
    sample_count: pulse.sampleCount,
    failed_connections: pulse.failedCount,
    ...(pulse.clock !== undefined && { clock: toClockDetail(pulse.clock.reading) }),
  };
}

function toClockDetail({ askedCount, answeredCount, figures }: ClockReading): ClockDetail {
  const answered = { answered_percent: Math.round((100 * answeredCount) / askedCount) };
  if (figures === null) return answered;
  return {
    ...answered,
    offset_ms: toMicrosecondPrecision(figures.offsetMs),
    stability_ms: toMicrosecondPrecision(figures.stabilityMs),
    jitter_ms: toMicrosecondPrecision(figures.jitterMs),
    round_trip_ms: toMicrosecondPrecision(figures.roundTripMs),
  };
}
