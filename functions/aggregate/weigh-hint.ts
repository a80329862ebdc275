import { impairedRegions } from "../../shared/fleet-health/fleet-health.ts";
import { INITIAL_STATE, isIncidentInReach } from "../../shared/health/health.ts";
import { alertPolicy, usableOverrides } from "../../shared/health/rules/rules.ts";
import { plannedIn } from "../../shared/plan/plan.ts";
import type { Hint, Turn } from "../../shared/request/request.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { HintedTurn } from "../ports/hint-store.ts";
import type { AggregateServices } from "./services/services.ts";

/** What a region was told of before is judged by now, and stored. */
const JUDGED_MS: DurationMs = 5 * MINUTE_MS;

/** If so many tasks turn in a region in so short a time, it may be the region that is sick. */
const MANY_TASKS = 5;
const AT_ONCE_MS: DurationMs = MINUTE_MS;

const PARALLEL_READS = 16;

/** What is known of the fleet when a hint comes. */
interface Known {
  readonly nowMs: EpochMs;
  readonly turns: readonly HintedTurn[];
  /** Regions that were heard in the last closed window and do not abstain. */
  readonly heard: ReadonlySet<RegionName>;
}

/** Tasks to look at, by name; null for all. */
export type Lookout = ReadonlySet<string> | null;

/**
 * The tasks of which a look may tell anything because of a hint: where too few regions have turned to
 * open or close an incident, it would read much for nothing. If in doubt it is all of them: a hint of an
 * earlier version, many turns in one region, a fleet of which little is known.
 */
export async function weighHint(services: AggregateServices, hint: Hint): Promise<Lookout> {
  const { turns } = hint;
  if (turns === undefined) return null;
  try {
    return await weigh(services, { ...hint, turns });
  } catch {
    // The look meets the same fault, and says so.
    return null;
  }
}

async function weigh(
  services: AggregateServices,
  hint: Hint & Required<Pick<Hint, "turns">>,
): Promise<Lookout> {
  const { hints, progress, fleetRecord, states } = services;
  const nowMs = services.now();
  // Noted before they are read: of two that come at once one sees both.
  await hints.noteHint(hint);
  const [turns, held, { record }, records] = await Promise.all([
    hints.readTurns(),
    progress.readProgress(),
    fleetRecord.readFleet(),
    inParallel(hint.turns, PARALLEL_READS, ({ task }) => states.readRecord(task.name)),
  ]);
  const isDoubted = Object.values(record.state.regions).some(
    ({ doubtedSinceMs }) => doubtedSinceMs !== null,
  );
  if (held?.heard === undefined || isDoubted) return null;
  if (countTurned(turns, hint.region, nowMs - AT_ONCE_MS) >= MANY_TASKS) return null;
  const sick = impairedRegions(record.state);
  const heard = new Set(held.heard.filter((name) => !sick.has(name)));
  const moving = hint.turns.filter((turn, i) =>
    mayMove(services, turn, { state: records[i]?.state ?? INITIAL_STATE, nowMs, turns, heard }),
  );
  return new Set(moving.map(({ task }) => task.name));
}

function countTurned(turns: readonly HintedTurn[], from: RegionName, sinceMs: EpochMs): number {
  const own = turns.filter(({ region, atMs }) => region === from && atMs >= sinceMs);
  return new Set(own.map(({ taskName }) => taskName)).size;
}

function mayMove(
  { fleet, alertDefaults }: AggregateServices,
  { task }: Turn,
  { state, nowMs, turns, heard }: Known & { readonly state: typeof INITIAL_STATE },
): boolean {
  const planned = plannedIn(fleet, task);
  if (planned.length === 0) return true;
  const own = turns.filter(({ taskName }) => taskName === task.name);
  const last = new Map(own.map(({ region, isDown }) => [region, isDown]));
  const turned = {
    planned,
    heard: planned.filter((name) => heard.has(name)),
    wentDown: new Map(
      own.flatMap(({ region, isDown, atMs }) => (isDown ? [[region, atMs] as const] : [])),
    ),
    cameUp: new Set([...last].flatMap(([region, isDown]) => (isDown ? [] : region))),
    sinceMs: nowMs - JUDGED_MS,
  };
  const policy = alertPolicy(alertDefaults, usableOverrides(task.alert).alert);
  return isIncidentInReach(state, turned, policy);
}
