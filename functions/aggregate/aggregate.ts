import { METRICS, RARE_METRICS } from "../../shared/contract.ts";
import { impairedRegions } from "../../shared/fleet-health/fleet-health.ts";
import { type DurationMs, type EpochMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import { askProbes } from "./ask-probes.ts";
import { beginProgress } from "./begin-progress.ts";
import { type ClosedWindows, closeReadyWindows } from "./close-windows.ts";
import { deliverEvents } from "./deliver-events.ts";
import { MOST_TURN_LINES, pendingEvents, readMemory, type TaskMemory } from "./judge/judge.ts";
import { lookWhileWanted } from "./look.ts";
import { makeHeartbeat } from "./make-heartbeat.ts";
import { countUnrecorded, recordEvents } from "./record-events.ts";
import { type Revisit, revisitWindows } from "./revisit-windows.ts";
import { type RolledUp, rollUp } from "./roll-up/roll-up.ts";
import type { AggregateServices } from "./services/services.ts";
import { tellDeadMan } from "./tell-dead-man.ts";
import { tellSetAside } from "./tell-set-aside.ts";
import { damagedShards, readRegions } from "./window/window.ts";
import { writeFigures } from "./write-figures.ts";

/** How long a run may hold the lock: longer than the function's timeout, shorter than a minute. */
export const LOCK_MS: DurationMs = 55 * SECOND_MS;

/** Before the first window, no event is published later in a run than this. */
const FIRST_DELIVERY_MS: DurationMs = 24 * SECOND_MS;

/** No window is begun later in a run than this. */
const WINDOWS_MS: DurationMs = 38 * SECOND_MS;

/** No state is stored later in a run than this. */
const JUDGE_MS: DurationMs = 40 * SECOND_MS;

/** After the last window, no event is published later in a run than this. */
const LAST_DELIVERY_MS: DurationMs = 42 * SECOND_MS;

/** No summary waits later in a run than this for room in its table: what comes after it needs time too. */
const ROOM_MS: DurationMs = 22 * SECOND_MS;

/** No event is begun to be recorded later in a run than this. */
const RECORD_MS: DurationMs = 36 * SECOND_MS;

/** No look that a hint asks for is begun later in a run than this. */
const LOOK_MS: DurationMs = 34 * SECOND_MS;

/** No hour of a task is begun to be packed later in a run than this. */
const ROLL_UP_MS: DurationMs = 42 * SECOND_MS;

/** How often a run tries to get the lock of a look: for longer than a look may hold it. */
const LOCK_ATTEMPTS = 40;
const LOCK_RETRY_MS: DurationMs = 500;

/**
 * Runs the aggregate step once; throws if a store of the home region fails. Only one run works at a
 * time: a run that throws does not release its lock, and the lock expires after `LOCK_MS`.
 */
export async function aggregateWindows(services: AggregateServices): Promise<void> {
  const startedAtMs = services.now();
  const holder = services.newHolder();
  const lock = await acquirePatiently(services, holder, startedAtMs + LOCK_MS);
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
  services.waitForRoomUntil?.(startedAtMs + ROOM_MS);
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
  const revisit = await revisitWindows(services, memory, {
    ...{ fleet: closed.fleet, windows: progress.openWindows, progress: closed.progress, untilMs },
  });
  const heartbeat = await sendHeartbeat(services, memory, closed);
  const setAside = await tellSetAside(services, memory);
  const [recorded] = await Promise.allSettled([
    recordEvents(services, memory, startedAtMs + RECORD_MS),
  ]);
  const [asked] = await Promise.allSettled([
    askProbes(services, memory, { fleet: closed.fleet, untilMs: startedAtMs + RECORD_MS }),
  ]);
  const [looked] = await Promise.allSettled([
    lookWhileWanted(services, memory, { holder, untilMs: startedAtMs + LOOK_MS }),
  ]);
  const packUntilMs = startedAtMs + ROLL_UP_MS;
  services.waitForRoomUntil?.(packUntilMs);
  // After the lock is released: hints need it, and what is written twice is the same.
  const [rolled] = await Promise.allSettled([
    finishFigures(services, memory, { last: closed.last, untilMs: packUntilMs }).then(() =>
      rollUp(services, {
        ...{ fleet: closed.fleet, progress: revisit.progress, remembered: memory.records.keys() },
        untilMs: packUntilMs,
      }),
    ),
  ]);
  const failed = [recorded, asked, looked, rolled].some(({ status }) => status === "rejected");
  const deadMan = failed ? null : await tellDeadMan(services, heartbeat);
  logRun(services, memory, {
    ...{ closed, revisit, heartbeat, clock, setAside, deadMan },
    rolled: rolled.status === "fulfilled" ? rolled.value : { hourCount: 0, faults: [] },
    asked: asked.status === "fulfilled" ? asked.value : 0,
    looks: looked.status === "fulfilled" ? looked.value : 0,
    faults: [...faults, ...memory.faults],
  });
  if (recorded.status === "rejected") throw recorded.reason;
  if (asked.status === "rejected") throw asked.reason;
  if (looked.status === "rejected") throw looked.reason;
  if (rolled.status === "rejected") throw rolled.reason;
}

/** Writes what a busy table has refused of the last window; the next run sees whether that was all. */
async function finishFigures(
  services: AggregateServices,
  memory: TaskMemory,
  { last, untilMs }: { readonly last: ClosedWindows["last"]; readonly untilMs: EpochMs },
): Promise<void> {
  if (last === null || last.isWritten || services.now() >= untilMs) return;
  const { tasks, reading } = last;
  await writeFigures(services, memory, { startMs: reading.window.fromMs, tasks, mark: "judged" });
}

/** A look holds the lock for some seconds: the minute's run waits for it, and is not lost. */
async function acquirePatiently(
  { lock, now, sleep }: AggregateServices,
  holder: string,
  untilMs: EpochMs,
): Promise<"acquired" | "held"> {
  for (let attempt = 1; attempt < LOCK_ATTEMPTS && now() + LOCK_RETRY_MS < untilMs; attempt++) {
    if ((await lock.acquire(holder, now(), untilMs)) === "acquired") return "acquired";
    await sleep(LOCK_RETRY_MS);
  }
  return lock.acquire(holder, now(), untilMs);
}

/** More are not shown in the log line. */
const MOST_FAULTS = 10;

interface SentHeartbeat {
  /** Regions that the last window lacks. */
  readonly missing: readonly RegionName[];
  /** Regions whose clock was off in it. */
  readonly clocksOff: readonly RegionName[];
  /** See `WindowHeartbeat`. */
  readonly isProbed: boolean;
  /** Error codes of the bus. */
  readonly failures: readonly string[];
}

/** Publishes a heartbeat for the last closed window, if there is one. */
async function sendHeartbeat(
  services: AggregateServices,
  memory: TaskMemory,
  { last, fleet, progress: { pass = 0 } }: ClosedWindows,
): Promise<SentHeartbeat> {
  if (last === null) return { missing: [], clocksOff: [], isProbed: false, failures: [] };
  const { event, ...named } = makeHeartbeat(services, { fleet, memory, pass }, last);
  const { failed } = await services.bus.publish([event]);
  return { ...named, failures: failed.map(({ code }) => code) };
}

interface RunResult {
  readonly closed: ClosedWindows;
  readonly revisit: Revisit;
  readonly heartbeat: SentHeartbeat;
  readonly clock: string | null;
  /** Requests for checks that probes were sent. */
  readonly asked: number;
  /** Looks that hints asked for while the run worked. */
  readonly looks: number;
  /** Hours of tasks that were packed. */
  readonly rolled: RolledUp;
  /** What is stored and can't be read, in sentences. */
  readonly faults: readonly string[];
  /** A sentence for each of the first tasks that were set aside. */
  readonly setAside: readonly string[];
  /** Why the dead man was not told; null if it was, or need not be. */
  readonly deadMan: string | null;
}

/** Writes the run's only log line. */
function logRun(
  services: AggregateServices,
  memory: TaskMemory,
  { closed, revisit, heartbeat, clock, asked, looks, rolled, setAside, ...told }: RunResult,
): void {
  const faults = [...told.faults, ...rolled.faults].slice(0, MOST_FAULTS);
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
    ...(heartbeat.clocksOff.length > 0 && { clocksOff: heartbeat.clocksOff }),
    ...(unrecordedCount > 0 && { unrecorded: unrecordedCount }),
    heartbeatFailed: heartbeat.failures,
    ...(clock !== null && { clock }),
    ...(told.deadMan !== null && { deadMan: told.deadMan }),
    ...(asked > 0 && { asked }),
    ...(looks > 0 && { looks }),
    ...(rolled.hourCount > 0 && { packedHours: rolled.hourCount }),
    ...(faults.length > 0 && { faults }),
  });
}
