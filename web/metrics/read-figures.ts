import {
  type FleetSources,
  type NewestChecks,
  type Overview,
  type OverviewTask,
  readNewest,
  readNewestMinutes,
  readOverview,
} from "../../functions/history/history.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { Summary } from "../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";

/** Figures that were judged longer ago than this are of the past: nothing of a task is shown then. */
export const STALE_MS: DurationMs = 5 * MINUTE_MS;

/** The newest check of a task is looked for in this time. */
const LONGEST_LOOK_MS: DurationMs = 5 * MINUTE_MS;

/** The last known minute of a fleet. */
export interface FleetFigures {
  readonly version: string;
  readonly overview: Overview;
  /** Tasks that run, the worst first; none if the figures are stale. */
  readonly tasks: readonly OverviewTask[];
  /** The newest minute by task; absent without fresh data. */
  readonly minutes: ReadonlyMap<string, Summary>;
  /** What each region reported last. */
  readonly newest: readonly NewestChecks[];
}

/** Reads the figures with a bounded number of queries: none is of one task, but for slow tasks one each. */
export async function readFigures(sources: FleetSources, nowMs: EpochMs): Promise<FleetFigures> {
  const overview = await readOverview(sources, nowMs);
  const { judgedToMs } = overview;
  const isFresh = judgedToMs !== null && nowMs - judgedToMs <= STALE_MS;
  const tasks = isFresh ? overview.tasks.filter(({ status }) => status !== null) : [];
  const [minutes, newest] = await Promise.all([
    judgedToMs === null ? new Map() : readNewestMinutes(sources, { tasks, judgedToMs }),
    readNewest(sources, { nowMs, ...lookFor(tasks) }),
  ]);
  return { version: packageJson.version, overview, tasks, minutes, newest };
}

/** Tasks that are checked more rarely than we look back would only make us look in vain. */
function lookFor(tasks: readonly OverviewTask[]) {
  const wanted = tasks.filter(({ scheduleMs }) => scheduleMs + MINUTE_MS <= LONGEST_LOOK_MS);
  const slowestMs = Math.max(0, ...wanted.map(({ scheduleMs }) => scheduleMs));
  return {
    lookBackMs: slowestMs + 2 * MINUTE_MS,
    tasksOf: (region: RegionName) =>
      new Set(wanted.flatMap(({ name, regions }) => (regions.includes(region) ? name : []))),
  };
}
