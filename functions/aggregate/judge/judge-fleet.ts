import { groupHealthEvent, regionImpairedEvent } from "../../../shared/event/event.ts";
import {
  type FleetState,
  impairedRegions,
  judgeGroups,
  judgeRegions,
  type RegionChange,
  type RegionCount,
} from "../../../shared/fleet-health/fleet-health.ts";
import type { RegionHealth } from "../../../shared/health/health.ts";
import type { ErrorKind } from "../../../shared/result/result.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { RegionName } from "../../../shared/units.ts";
import type { AggregateServices } from "../services/services.ts";
import type { SummarisedTask } from "../window/window.ts";
import { fleetHoldAt } from "./fleet-hold.ts";
import { groupsOf, type PlannedStates } from "./groups-of.ts";
import { hasFleetRoom } from "./owed-bytes.ts";
import { storeFleet } from "./store-fleet.ts";
import type { TaskMemory } from "./task-memory.ts";

/** A look at all tasks. */
export interface FleetLook extends PlannedStates {
  readonly window: Interval;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
}

/** What a look says of the regions, before any task is judged by it. */
export interface RegionsVerdict {
  readonly state: FleetState;
  readonly changes: readonly RegionChange[];
  /** Regions that abstain. */
  readonly sick: ReadonlySet<RegionName>;
}

/** Decides which regions abstain. While the fleet's record has no room, they stay as they are. */
export function judgeFleetRegions(
  { fleet }: Pick<AggregateServices, "fleet">,
  memory: TaskMemory,
  look: FleetLook,
): RegionsVerdict {
  const { record } = memory.fleet;
  if (!hasFleetRoom(memory))
    return { state: record.state, changes: [], sick: impairedRegions(record.state) };
  const counts = [...look.plans].map(([region, tasks]) => countTargets(region, tasks, look));
  const regions = fleet.regions.map(({ name }) => name);
  const judged = judgeRegions(record.state, counts, { atMs: look.window.toMs, regions });
  return { ...judged, sick: impairedRegions(judged.state) };
}

/** Judges the groups after all tasks, and stores the fleet's record with its events if it changed. */
export async function concludeFleet(
  services: AggregateServices,
  memory: TaskMemory,
  { verdict, look }: { readonly verdict: RegionsVerdict; readonly look: FleetLook },
): Promise<void> {
  const { settings } = memory;
  const { record } = memory.fleet;
  const atMs = look.window.toMs;
  if (!hasFleetRoom(memory)) return;
  const isPlanKnown = services.fleet.regions.every(({ name }) => look.plans.has(name));
  const groups = isPlanKnown
    ? judgeGroups(verdict.state, groupsOf(look, { settings, atMs }), atMs)
    : { state: verdict.state, changes: [] };
  if (groups.state === record.state) return;
  const sender = { fleet: services.fleet.name, home: services.fleet.home };
  const events = [
    ...verdict.changes.map((change) =>
      regionImpairedEvent(change, { ...sender, suppressedBy: fleetHoldAt(settings, null, atMs) }),
    ),
    ...groups.changes.map((change) => groupHealthEvent(change, sender)),
  ];
  await storeFleet(services.fleetRecord, memory, {
    ...record,
    state: groups.state,
    pending: [...record.pending, ...events],
    unrecorded: [...record.unrecorded, ...events],
  });
}

function countTargets(region: RegionName, tasks: readonly Task[], look: FleetLook): RegionCount {
  const failing = tasks.filter(({ name }) => isFailing(look.stateOf(name).regions[region]));
  return {
    region,
    checkedCount: new Set(tasks.map(({ host }) => host)).size,
    failingCount: new Set(failing.map(({ host }) => host)).size,
    kinds: failing.length === 0 ? {} : kindsIn(region, look.tasks),
  };
}

function isFailing(health: RegionHealth | undefined): boolean {
  return health !== undefined && (health.failCount > 0 || health.status === "unhealthy");
}

function kindsIn(
  region: RegionName,
  tasks: FleetLook["tasks"],
): Readonly<Partial<Record<ErrorKind, number>>> {
  const kinds: Partial<Record<ErrorKind, number>> = {};
  for (const { window } of tasks.values()) {
    for (const { verdict, errorKind } of window.regions[region]?.checks ?? []) {
      if (verdict === "failed" && errorKind !== null)
        kinds[errorKind] = (kinds[errorKind] ?? 0) + 1;
    }
  }
  return kinds;
}
