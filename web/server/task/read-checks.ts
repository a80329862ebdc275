import type { FleetSources, OverviewMemory } from "../../../functions/history/history.ts";
import { EXPLAINED_MS, readMinutes, type TaskMinute } from "../../../functions/replay/replay.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  startOfMinute,
} from "../../../shared/units.ts";

/** Two checks of a task that is checked once a day, and the hour that the first of them is in. */
const LOOK_BACK_MS: DurationMs = 2 * DAY_MS + HOUR_MS;

/** Where the checks of a task are, and what is known of them already. */
export interface ChecksGround {
  readonly sources: Pick<FleetSources, "regions" | "periods">;
  readonly memory: Pick<OverviewMemory, "bundles">;
}

/** Reads the stored minutes of a task that its explanation looks at, oldest first. */
export async function readChecks(
  ground: ChecksGround,
  taskName: string,
  nowMs: EpochMs,
): Promise<TaskMinute[]> {
  const span = { fromMs: nowMs - EXPLAINED_MS, untilMs: startOfMinute(nowMs) + MINUTE_MS };
  return readSpan(ground, { taskName, ...span });
}

/**
 * Reads the newest minute of a task in whose hours a certificate was seen: one query of two days finds
 * it, and the checks of that minute are all that is read then. Nothing if none was seen.
 */
export async function readCertified(
  ground: ChecksGround,
  taskName: string,
  nowMs: EpochMs,
): Promise<TaskMinute[]> {
  const fromMs = nowMs - LOOK_BACK_MS;
  const hours = await ground.sources.periods.readHours(taskName, { fromMs, toMs: nowMs });
  const newest = hours
    .flatMap(({ minutes }) => minutes)
    .findLast(({ overall }) => (overall.deep?.certificateUntilMs ?? null) !== null);
  if (newest === undefined) return [];
  const { periodStartMs, periodEndMs } = newest;
  return readSpan(ground, { taskName, fromMs: periodStartMs, untilMs: periodEndMs });
}

async function readSpan(
  { sources, memory }: ChecksGround,
  span: Readonly<{ taskName: string; fromMs: EpochMs; untilMs: EpochMs }>,
): Promise<TaskMinute[]> {
  const minutes: TaskMinute[] = [];
  for await (const part of readMinutes(sources, { ...span, bundles: memory.bundles }))
    minutes.push(...(part.get(span.taskName)?.minutes ?? []));
  return minutes;
}
