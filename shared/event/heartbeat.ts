import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { TaskStatus } from "../health/health.ts";
import { type EpochMs, type RegionName, toIso } from "../units.ts";
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
}

/** The heartbeat event of a window. A subscriber alarms on its absence. */
export function heartbeatEvent(pulse: FleetHeartbeat): OutgoingEvent {
  const { fleet, home, window, pass = 0 } = pulse;
  const again = pass > 0 ? [`pass ${pass}`] : [];
  const id = deriveId("heartbeat", fleet, window.periodStartMs, ...again);
  const regions = Object.entries(pulse.regions).sort(([a], [b]) => (a < b ? -1 : 1));
  const detail: HeartbeatDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    window: { start: toIso(window.periodStartMs), end: toIso(window.periodEndMs) },
    task_count: Object.values(pulse.statuses).reduce((sum, count) => sum + count, 0),
    tasks_by_state: pulse.statuses,
    regions_reporting: regions.filter(([, { sampleCount }]) => sampleCount > 0).length,
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
  };
}
