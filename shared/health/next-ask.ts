import {
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type RegionName,
  SECOND_MS,
} from "../units.ts";
import type { Asks, RegionHealth, TaskState } from "./model.ts";

/** A task that is checked as often as this needs no second opinion: its next check is one. */
const FAST_MS: DurationMs = MINUTE_MS;

/** Asks of a task in one hour. */
const MOST_ASKS = 10;

/** "Every minute", by runs that come some seconds early or late. */
const LEAST_GAP_MS: DurationMs = 50 * SECOND_MS;

/** When, and of which task. */
export interface AskMoment {
  readonly nowMs: EpochMs;
  readonly scheduleMs: DurationMs;
  /** Regions in which the task is planned. */
  readonly regions: readonly RegionName[];
}

/** Regions that are asked to check the task now, and what is remembered of it. */
export interface Ask {
  readonly regions: readonly RegionName[];
  readonly asks: Asks;
}

/**
 * Whose opinion on a slow task is asked for; null if nobody's. At the first failures the regions that
 * see none, at once; while it is in doubt or open, every region once a minute.
 */
export function nextAsk(state: TaskState, moment: AskMoment): Ask | null {
  if (moment.scheduleMs <= FAST_MS) return null;
  const hourMs = moment.nowMs - (moment.nowMs % HOUR_MS);
  const count = state.asks?.hourMs === hourMs ? state.asks.count : 0;
  const regions = count < MOST_ASKS ? regionsToAsk(state, moment) : [];
  if (regions.length === 0) return null;
  return { regions, asks: { hourMs, count: count + 1, atMs: moment.nowMs } };
}

function regionsToAsk(state: TaskState, { nowMs, regions }: AskMoment): readonly RegionName[] {
  const healths = regions.flatMap((name) => state.regions[name] ?? []);
  const doubtedAtMs = firstOf(healths.filter(isInDoubt));
  const { openedAtMs } = state.incident;
  if (doubtedAtMs === null && openedAtMs === null) return [];
  const askedAtMs = state.asks?.atMs ?? 0;
  const others = regions.filter((name) => (state.regions[name]?.failCount ?? 0) === 0);
  const isNew = openedAtMs === null && doubtedAtMs !== null && askedAtMs < doubtedAtMs;
  if (isNew && others.length > 0) return others;
  const sinceMs = nowMs - Math.max(askedAtMs, openedAtMs ?? doubtedAtMs ?? 0);
  return sinceMs >= LEAST_GAP_MS ? regions : [];
}

/** It fails, but not long enough to be down. */
function isInDoubt({ status, failCount }: RegionHealth): boolean {
  return status === "healthy" && failCount > 0;
}

function firstOf(healths: readonly RegionHealth[]): EpochMs | null {
  const firsts = healths.flatMap(({ firstFailAtMs }) => firstFailAtMs ?? []);
  return firsts.length === 0 ? null : Math.min(...firsts);
}
