import type { Hint } from "../../shared/request/request.ts";
import { isAhead } from "../../shared/slot/slot.ts";
import { sumOf } from "../../shared/sum-of.ts";
import {
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  startOfMinute,
  toIso,
} from "../../shared/units.ts";
import { askProbes } from "./ask-probes.ts";
import { deliverEvents } from "./deliver-events.ts";
import {
  completeMemory,
  judgeTasks,
  readMemory,
  readMemoryFor,
  type TaskMemory,
} from "./judge/judge.ts";
import { recordEvents } from "./record-events.ts";
import type { AggregateServices } from "./services/services.ts";
import { type Lookout, weighHint } from "./weigh-hint.ts";
import {
  type FleetView,
  plannedRegions,
  plannedTasks,
  readArrived,
  readRegions,
  summariseWindow,
  type WindowReading,
} from "./window/window.ts";

/** A look that dies holds the lock for no longer, so that the minute's run gets it in time. */
const LOCK_MS: DurationMs = 15 * SECOND_MS;

/** So long after a look asked for the lock no state is stored, and no event is published or recorded. */
const JUDGE_MS: DurationMs = 6 * SECOND_MS;
const DELIVERY_MS: DurationMs = 8 * SECOND_MS;

/** Hints make no more looks than one a second, and so many in one invocation. */
const BETWEEN_LOOKS_MS: DurationMs = SECOND_MS;
const MOST_LOOKS = 5;

/** If more than this is to be judged, the minute's runs have to catch up first. */
const FARTHEST_BACK_MS: DurationMs = 5 * MINUTE_MS;

/** How often a hint tries to reach a lock that is released meanwhile. */
const HINT_ATTEMPTS = 3;

/**
 * Looks at once, because a probe hinted that a task turned: judges the checks that have arrived,
 * stores the states that changed with their events, and delivers these. Windows, summaries, silence
 * and the watermark are left to the minute's run. If a run works already, it is asked to look once
 * more, and nothing else is done.
 */
export async function lookNow(services: AggregateServices, hint: Hint): Promise<void> {
  const holder = services.newHolder();
  const from = { region: hint.region, shard: hint.shard, hintedAt: toIso(hint.atMs) };
  const only = await weighHint(services, hint);
  if (only?.size === 0) {
    return services.log({ metrics: {}, hint: from, skipped: "too few regions turned" });
  }
  const heldFromMs = await acquireOrWant(services, holder);
  if (heldFromMs === null) {
    return services.log({ metrics: {}, hint: from, skipped: "another run looks once more" });
  }
  const memory = await (only === null ? readMemory(services) : readMemoryFor(services, only));
  const outcome = await look(services, memory, { only, heldFromMs });
  const more = await lookWhileWanted(services, memory, {
    holder,
    untilMs: services.now() + DELIVERY_MS,
  });
  const faults = [...memory.faults];
  services.log({
    metrics: {},
    hint: from,
    looks: 1 + more,
    ...outcome,
    ...(faults.length > 0 && { faults }),
  });
}

/** The instant from which the lock is held; null if its holder is asked to look. */
async function acquireOrWant(
  { lock, now }: AggregateServices,
  holder: string,
): Promise<EpochMs | null> {
  for (let attempt = 0; attempt < HINT_ATTEMPTS; attempt++) {
    const nowMs = now();
    if ((await lock.acquire(holder, nowMs, nowMs + LOCK_MS)) === "acquired") return nowMs;
    if (await lock.want()) return null;
  }
  return null;
}

/**
 * Looks again as long as hints have come since the holder acquired the lock, and then releases it.
 * Returns the number of looks.
 */
export async function lookWhileWanted(
  services: AggregateServices,
  memory: TaskMemory,
  /** No look is begun at or after `untilMs`. */
  { holder, untilMs }: { readonly holder: string; readonly untilMs: EpochMs },
): Promise<number> {
  const { lock, now, sleep } = services;
  let count = 0;
  for (; count < MOST_LOOKS && now() < untilMs; count++) {
    if ((await lock.releaseUnlessWanted(holder)) === "released") return count;
    await sleep(BETWEEN_LOOKS_MS);
    const nowMs = now();
    if ((await lock.acquire(holder, nowMs, nowMs + LOCK_MS)) === "held") return count;
    await completeMemory(services, memory);
    await look(services, memory, { only: null, heldFromMs: nowMs });
  }
  await lock.release(holder);
  return count;
}

/** What a look did, as its log line has it. */
interface LookOutcome {
  readonly watermark?: string;
  readonly tasks?: number;
  readonly events?: number;
  /** Requests for checks. */
  readonly asked?: number;
  readonly outcome: "judged" | "late" | "left to the minute's run";
}

const LEFT: LookOutcome = { outcome: "left to the minute's run" };

async function look(
  services: AggregateServices,
  memory: TaskMemory,
  /** The lock is held from `heldFromMs` on; to read the memory has taken some of its time. */
  { only, heldFromMs }: { readonly only: Lookout; readonly heldFromMs: EpochMs },
): Promise<LookOutcome> {
  const nowMs = services.now();
  const progress = await services.progress.readProgress();
  const watermarkMs = progress?.watermarkMs ?? null;
  const fromMs = watermarkMs === null ? null : lookFrom(watermarkMs, nowMs);
  if (watermarkMs === null || fromMs === null) return LEFT;
  const fleet = await readRegions(services);
  // What a region is to run is said by its records too, as far as its plan is not known.
  if (!isPlanKnown(services, fleet)) await completeMemory(services, memory);
  const reading = await readArrived(services, fleet, { fromMs, toMs: nowMs, only });
  const doubtful = leaveOutQuiet(reading, memory);
  const before = countPending(memory);
  const outcome = await judgeTasks(services, memory, {
    pace: "samples",
    window: doubtful.window,
    tasks: summariseWindow(doubtful),
    planned: plannedRegions(fleet),
    plans: plannedTasks(fleet),
    pass: progress?.pass ?? 0,
    untilMs: heldFromMs + JUDGE_MS,
  });
  const events = countPending(memory) - before;
  const deliverUntilMs = heldFromMs + DELIVERY_MS;
  await deliverEvents(services, memory, deliverUntilMs);
  const asked = await askProbes(services, memory, { fleet, untilMs: deliverUntilMs });
  await recordEvents(services, memory, deliverUntilMs);
  const watermark = toIso(watermarkMs);
  const tasks = doubtful.tasks.size;
  return { watermark, tasks, events, outcome, ...(asked > 0 && { asked }) };
}

function isPlanKnown({ fleet }: AggregateServices, view: FleetView): boolean {
  const known = plannedTasks(view);
  return fleet.regions.every(({ name }) => known.has(name));
}

/** From where on samples are judged; null if that is left to the minute's run. */
function lookFrom(watermarkMs: EpochMs, nowMs: EpochMs): EpochMs | null {
  if (isAhead(watermarkMs, nowMs)) return null;
  // The first minute of a fleet has no window, and what fails then is news all the same.
  if (watermarkMs >= nowMs) return startOfMinute(nowMs) - MINUTE_MS;
  return nowMs - watermarkMs <= FARTHEST_BACK_MS ? watermarkMs : null;
}

/** Without the tasks that samples can't change: nothing failed, and nothing is remembered of them. */
function leaveOutQuiet(reading: WindowReading, { records }: TaskMemory): WindowReading {
  const tasks = [...reading.tasks].filter(
    ([name, { regions }]) =>
      records.has(name) ||
      Object.values(regions).some(({ checks, rechecks }) =>
        [...checks, ...rechecks].some(({ verdict }) => verdict === "failed"),
      ),
  );
  return { ...reading, tasks: new Map(tasks) };
}

function countPending({ records }: TaskMemory): number {
  return sumOf([...records.values()], ({ pending }) => pending.length);
}
