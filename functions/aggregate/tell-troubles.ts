import { judgedTroubleEvent } from "../../shared/event/event.ts";
import { judgeTroubles, type TroubleSign, wasBad } from "../../shared/fleet-health/fleet-health.ts";
import { gapsWithin, type Interval } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import {
  fleetHoldAt,
  hasFleetRoom,
  pendingEvents,
  storeFleet,
  type TaskMemory,
} from "./judge/judge.ts";
import { isSilent, regionHeartbeat } from "./region-heartbeat.ts";
import type { AggregateServices } from "./services/services.ts";
import { takeUnreached } from "./tell-dead-man.ts";
import type { FleetView, RegionView, SummarisedTask, WindowReading } from "./window/window.ts";

/** A shard without so much of a minute has lost it; a cold start loses a few seconds. */
const LOST_MS: DurationMs = 30 * SECOND_MS;

const PLAN_STALE_MS: DurationMs = 10 * MINUTE_MS;
const BEHIND_MS: DurationMs = 5 * MINUTE_MS;

/** A window that waits for late results is closed 90 s after its end, by a run within a minute. */
const RUN_LOST_MS: DurationMs = 150 * SECOND_MS;

type ShardView = RegionView["shards"][number];

/** A window that was judged just now, and the fleet as the run read it. */
export interface TroubleLook {
  readonly fleet: FleetView;
  readonly reading: WindowReading;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  /** Home is judged once a run: one that catches up is not behind many times. */
  readonly isFirstOfRun: boolean;
}

/** Judges whether the fleet itself is in trouble, and stores its record with the events if that changed. */
export async function tellTroubles(
  services: AggregateServices,
  memory: TaskMemory,
  look: TroubleLook,
): Promise<void> {
  const { record } = memory.fleet;
  if (!hasFleetRoom(memory)) return;
  const { name: fleet, home, regions } = services.fleet;
  const atMs = look.reading.window.toMs;
  const { state, changes } = judgeTroubles(record.state, signsOf(services, memory, look), {
    atMs,
    regions: regions.map(({ name }) => name),
  });
  if (state === record.state) return;
  const suppressedBy = fleetHoldAt(memory.settings, null, atMs);
  const events = changes.map((change) => judgedTroubleEvent(change, { fleet, home, suppressedBy }));
  await storeFleet(services.fleetRecord, memory, {
    ...record,
    state,
    pending: [...record.pending, ...events],
    unrecorded: [...record.unrecorded, ...events],
  });
}

function signsOf(
  services: AggregateServices,
  memory: TaskMemory,
  look: TroubleLook,
): TroubleSign[] {
  const ofRegions = services.fleet.regions.flatMap((region) => regionSigns(region, memory, look));
  return look.isFirstOfRun ? [...ofRegions, ...homeSigns(services, memory, look)] : ofRegions;
}

function homeSigns(
  services: AggregateServices,
  memory: TaskMemory,
  look: TroubleLook,
): TroubleSign[] {
  const nowMs = services.now();
  const { toMs } = look.reading.window;
  const oldestMs = pendingEvents(memory).reduce(
    (oldest, { time }) => Math.min(oldest, time),
    nowMs,
  );
  const atHome = { region: null };
  const isUnreached = takeUnreached(services);
  return [
    { ...atHome, kind: "minutes_lost", isBad: nowMs - toMs > RUN_LOST_MS },
    { ...atHome, kind: "aggregator_behind", isBad: nowMs - toMs > BEHIND_MS },
    { ...atHome, kind: "outbox_stuck", isBad: nowMs - oldestMs > BEHIND_MS },
    ...(isUnreached === null ? [] : [{ ...atHome, kind: "dead_man" as const, isBad: isUnreached }]),
  ];
}

function regionSigns(
  { name: region, shards }: AggregateServices["fleet"]["regions"][number],
  memory: TaskMemory,
  { reading, tasks, fleet }: TroubleLook,
): TroubleSign[] {
  const { window, unreadable } = reading;
  const pulse = regionHeartbeat(region, fleet, { reading, tasks });
  const isUnread = unreadable.some((one) => one.region === region);
  const isMissing = isUnread || isSilent(pulse);
  const signs: TroubleSign[] = [];
  if (isUnread || pulse.expectedCount > 0)
    signs.push({ kind: "region_missing", region, isBad: isMissing });
  const view = fleet.regions.find(({ name }) => name === region);
  if (view === undefined || isUnread) return signs;
  const own = view.shards.filter(({ shard }) => shard < shards);
  if (own.some(({ claimedToMs = 0 }) => claimedToMs >= window.toMs))
    signs.push({ kind: "shard_missing", region, isBad: own.some(isUnheard) });
  const isLost = own.some((shard) => hasLost(shard, window));
  // One long silence is told as a missing region, and counts as one lost minute.
  const isGoingOn = isMissing && wasBad(memory.fleet.record.state, "region_missing", region);
  if (!isGoingOn) signs.push({ kind: "minutes_lost", region, isBad: isLost });
  if (!isLost && pulse.expectedCount > 0)
    signs.push({ kind: "slots_missed", region, isBad: pulse.missedCount > 0 });
  const age = planAge(view, window.toMs);
  if (age !== null) signs.push({ kind: "plan_stale", region, isBad: age > PLAN_STALE_MS });
  return signs;
}

/** Whether a shard has tasks and was never run, as one whose schedule is not deployed. */
function isUnheard({ lease, damage, planned }: ShardView): boolean {
  return lease === null && damage === undefined && hasTasks(planned);
}

function hasLost({ lease, planned }: ShardView, window: Interval): boolean {
  if (lease === null || !hasTasks(planned)) return false;
  return gapsWithin(lease, window).some(({ fromMs, toMs }) => toMs - fromMs >= LOST_MS);
}

function hasTasks(planned: ShardView["planned"]): boolean {
  return planned !== null && planned.size > 0;
}

function planAge({ plannedAtMs = null }: RegionView, atMs: EpochMs): DurationMs | null {
  return plannedAtMs === null ? null : atMs - plannedAtMs;
}
