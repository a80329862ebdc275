import { METRICS, RARE_METRICS } from "../../shared/contract.ts";
import { impairedRegions } from "../../shared/fleet-health/fleet-health.ts";
import { type DurationMs, type EpochMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import { deliverPending, type Outbox } from "../outbox/outbox.ts";
import type { FleetRecord } from "../ports/fleet-record-store.ts";
import type { TaskRecord } from "../ports/state-store.ts";
import { beginProgress } from "./begin-progress.ts";
import { type ClosedWindows, closeReadyWindows } from "./close-windows.ts";
import {
  MOST_TURN_LINES,
  pendingEvents,
  readMemory,
  setUnsummarisedAside,
  storeFleet,
  storeRecord,
  type TaskMemory,
} from "./judge/judge.ts";
import { makeHeartbeat } from "./make-heartbeat.ts";
import { countUnrecorded, recordEvents } from "./record-events.ts";
import { type Revisit, revisitWindows } from "./revisit-windows.ts";
import type { AggregateServices } from "./services/services.ts";
import { tellSetAside } from "./tell-set-aside.ts";
import { damagedShards, readRegions } from "./window/window.ts";

/** How long a run may hold the lock: longer than the function's timeout, shorter than a minute. */
export const LOCK_MS: DurationMs = 55 * SECOND_MS;

/** Before the first window, no event is published later in a run than this. */
const FIRST_DELIVERY_MS: DurationMs = 24 * SECOND_MS;

/** No window is begun later in a run than this. */
const WINDOWS_MS: DurationMs = 40 * SECOND_MS;

/** No state is stored later in a run than this. */
const JUDGE_MS: DurationMs = 42 * SECOND_MS;

/** After the last window, no event is published later in a run than this. */
const LAST_DELIVERY_MS: DurationMs = 46 * SECOND_MS;

/** No event is begun to be recorded later in a run than this. */
const RECORD_MS: DurationMs = 40 * SECOND_MS;

/**
 * Runs the aggregate step once; throws if a store of the home region fails. Only one run works at a
 * time: a run that throws does not release its lock, and the lock expires after `LOCK_MS`.
 */
export async function aggregateWindows(services: AggregateServices): Promise<void> {
  const startedAtMs = services.now();
  const holder = services.newHolder();
  const lock = await services.lock.acquire(holder, startedAtMs, startedAtMs + LOCK_MS);
  if (lock === "held") return services.log({ metrics: {}, skipped: "another run holds the lock" });
  const memory = await readMemory(services);
  // If the bus takes nothing, the windows don't wait for it.
  await deliverEvents(services, memory, startedAtMs + FIRST_DELIVERY_MS, null);
  const fleet = await readRegions(services);
  const { progress, clock, faults } = await beginProgress(services, {
    nowMs: startedAtMs,
    fleet,
    memory,
  });
  const untilMs = startedAtMs + WINDOWS_MS;
  const [closing] = await Promise.allSettled([
    closeReadyWindows(services, {
      ...{ startedAtMs, untilMs, memory, fleet, progress },
      judgeUntilMs: startedAtMs + JUDGE_MS,
      deliver: () => deliverEvents(services, memory, untilMs, null),
    }),
  ]);
  await deliverEvents(services, memory, startedAtMs + LAST_DELIVERY_MS);
  if (closing.status === "rejected") throw closing.reason;
  const closed = closing.value;
  const openBefore = { windows: progress.openWindows, progress: closed.progress, untilMs };
  const revisit = await revisitWindows(services, closed.fleet, openBefore);
  setUnsummarisedAside(memory, revisit.refused);
  const heartbeat = await sendHeartbeat(services, memory, closed);
  const setAside = await tellSetAside(services, memory);
  const [recorded] = await Promise.allSettled([
    recordEvents(services, memory, startedAtMs + RECORD_MS),
  ]);
  await services.lock.release(holder);
  logRun(services, memory, {
    ...{ closed, revisit, heartbeat, clock, setAside },
    faults: [...faults, ...memory.faults].slice(0, MOST_FAULTS),
  });
  if (recorded.status === "rejected") throw recorded.reason;
}

/** More are not shown in the log line. */
const MOST_FAULTS = 10;

/** How long a run waits before it publishes refused events again. */
const RETRY_DELAYS_MS: readonly DurationMs[] = [200, 400, 800];

/** A process that ends between a round and its acknowledgement publishes as many events twice. */
const ROUND_EVENTS = 200;

/** Delivers the pending events of the fleet and the tasks; what the bus refuses stays pending for the next run. */
async function deliverEvents(
  services: AggregateServices,
  memory: TaskMemory,
  deadlineMs: EpochMs,
  retry: Outbox<EventOwner>["retry"] = { delaysMs: RETRY_DELAYS_MS, sleep: services.sleep },
): Promise<void> {
  const { states, fleetRecord, bus, now } = services;
  await deliverPending<EventOwner>({
    owners: [memory.fleet.record, ...memory.records.values()],
    acknowledge: (owner, pending) =>
      "task" in owner
        ? storeRecord(states, memory, { ...owner, pending })
        : storeFleet(fleetRecord, memory, { ...owner, pending }),
    ...{ bus, now, deadlineMs, retry },
    roundSize: ROUND_EVENTS,
  });
}

type EventOwner = TaskRecord | FleetRecord;

interface SentHeartbeat {
  /** Regions that the last window lacks. */
  readonly missing: readonly RegionName[];
  /** Error codes of the bus. */
  readonly failures: readonly string[];
}

/** Publishes a heartbeat for the last closed window, if there is one. */
async function sendHeartbeat(
  services: AggregateServices,
  memory: TaskMemory,
  { last, fleet, progress: { pass = 0 } }: ClosedWindows,
): Promise<SentHeartbeat> {
  if (last === null) return { missing: [], failures: [] };
  const { event, missing } = makeHeartbeat(services, { fleet, memory, pass }, last);
  const { failed } = await services.bus.publish([event]);
  return { missing, failures: failed.map(({ code }) => code) };
}

interface RunResult {
  readonly closed: ClosedWindows;
  readonly revisit: Revisit;
  readonly heartbeat: SentHeartbeat;
  readonly clock: string | null;
  /** What is stored and can't be read, in sentences. */
  readonly faults: readonly string[];
  /** A sentence for each of the first tasks that were set aside. */
  readonly setAside: readonly string[];
}

/** Writes the run's only log line. */
function logRun(
  services: AggregateServices,
  memory: TaskMemory,
  { closed, revisit, heartbeat, clock, faults, setAside }: RunResult,
): void {
  const nowMs = services.now();
  const pending = pendingEvents(memory);
  const oldestMs = pending.reduce<EpochMs>((oldest, { time }) => Math.min(oldest, time), nowMs);
  const unrecordedCount = countUnrecorded(memory);
  const { watermarkMs, openWindows } = revisit.progress;
  const impaired = [...impairedRegions(memory.fleet.record.state)];
  const damagedLeases = closed.fleet.regions.flatMap(damagedShards);
  const names = METRICS.aggregate;
  services.log({
    metrics: {
      // The dead man of the fleet: a minute counts if the bus has taken its heartbeat.
      [names.windows]: heartbeat.failures.length > 0 ? 0 : closed.windowCount,
      [names.windowLagMs]: Math.max(0, nowMs - watermarkMs),
      [names.regionsMissing]: heartbeat.missing.length,
      [names.outboxDepth]: pending.length,
      [names.outboxAgeMs]: nowMs - oldestMs,
      [names.lateChunks]: revisit.lateChunkCount,
      [names.damagedChunks]: closed.damagedCount,
      ...(setAside.length > 0 && { [RARE_METRICS.tasksSetAside]: memory.setAside.size }),
    },
    ...(setAside.length > 0 && { setAside }),
    watermark: new Date(watermarkMs).toISOString(),
    openWindows: openWindows.length,
    missing: heartbeat.missing,
    unreadable: closed.fleet.unreadable,
    ...(damagedLeases.length > 0 && { damagedLeases }),
    damagedRecords: memory.damaged.size,
    // A field and no metric: a metric costs money every month, and this is above zero only while
    // two versions run side by side.
    ...(closed.notUnderstoodCount > 0 && { samplesNotUnderstood: closed.notUnderstoodCount }),
    ...(memory.turns.count > MOST_TURN_LINES && {
      turnsNotLogged: memory.turns.count - MOST_TURN_LINES,
    }),
    ...(impaired.length > 0 && { impaired }),
    ...(unrecordedCount > 0 && { unrecorded: unrecordedCount }),
    heartbeatFailed: heartbeat.failures,
    ...(clock !== null && { clock }),
    ...(faults.length > 0 && { faults }),
  });
}
