import type { FleetState } from "../../shared/fleet-health/fleet-health.ts";
import type { RegionHealth, TaskState } from "../../shared/health/health.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import { readPlanned } from "./read-planned.ts";
import { type ProbedRegion, readRegion } from "./read-region.ts";
import { type MatrixRow, matrixOf } from "./region-matrix.ts";
import type { FleetSources, ResultSource } from "./sources.ts";

const READS_AT_ONCE = 8;

/** One probing region's own health. What is not stored, or could not be read, is null. */
export interface RegionReport {
  readonly name: RegionName;
  readonly shards: number;
  readonly taskCount: number;
  /** When the newest check that is stored began. */
  readonly lastReportAtMs: EpochMs | null;
  /** By how much the slowest shard is behind in claiming time; 0 if none is. */
  readonly lagMs: DurationMs | null;
  /** Over the minutes that were read. */
  readonly missedCount: number | null;
  readonly expectedCount: number | null;
  /** How often its probes stalled in their last three minutes. */
  readonly stallCount: number | null;
  /** What must be added to its clock: above 0 if it is behind. */
  readonly clockOffsetMs: DurationMs | null;
  /** The share of its tasks whose last judged check failed, 0 to 1; null without a task. */
  readonly failingShare: number | null;
  /** Since when its own network fails, so that it abstains; null while it is well. */
  readonly impairedSinceMs: EpochMs | null;
  readonly planAgeMs: DurationMs | null;
  /** Why it could not be read; null if it could. */
  readonly unread: { readonly cause: unknown } | null;
}

/** Every region, and how each task looked from it in some minutes. */
export interface RegionsView {
  /** The end of the newest judged minute; null before the first. */
  readonly judgedToMs: EpochMs | null;
  readonly regions: readonly RegionReport[];
  /** By name. Tasks without a check in these minutes are absent. */
  readonly matrix: readonly MatrixRow[];
}

/** The time now, and how many judged minutes are looked at. */
export interface RegionsQuery {
  readonly nowMs: EpochMs;
  readonly minuteCount: number;
}

/**
 * Reads each region's own health, and how targets look from it. A region that can't be read has its
 * cause. Queries: a few for each shard, and for each minute a batch of all tasks.
 */
export async function readRegions(
  sources: FleetSources,
  query: RegionsQuery,
): Promise<RegionsView> {
  const [reports, ground] = await Promise.all([
    inParallel(sources.regions, READS_AT_ONCE, (source) => reportOf(source, query.nowMs)),
    readGround(sources),
  ]);
  const minutes = await readMinutes(sources, ground, query.minuteCount);
  return {
    judgedToMs: ground.judgedToMs,
    regions: reports.map((report) => ({
      ...reportFields(report, query.nowMs),
      ...slotsOf(report.source.region, minutes),
      failingShare: failingShare(report, ground.states),
      impairedSinceMs: ground.fleet.regions[report.source.region]?.sinceMs ?? null,
    })),
    matrix: matrixOf(minutes),
  };
}

interface Ground {
  readonly states: readonly Pick<TaskState, "regions">[];
  readonly fleet: Pick<FleetState, "regions">;
  readonly judgedToMs: EpochMs | null;
  readonly taskNames: readonly string[];
}

async function readGround(sources: FleetSources): Promise<Ground> {
  const [{ records }, { record }, progress, taskNames] = await Promise.all([
    sources.states.readRecords(),
    sources.fleetRecord.readFleet(),
    sources.progress.readProgress(),
    // Without any plan each region has its own cause.
    readPlanned(sources).then(
      ({ tasks }) => [...tasks.keys()],
      () => [],
    ),
  ]);
  return {
    states: records.flatMap(({ state, goneSinceMs }) => (goneSinceMs === null ? state : [])),
    fleet: record.state,
    judgedToMs: progress?.watermarkMs ?? null,
    taskNames,
  };
}

interface ReadReport {
  readonly source: ResultSource;
  readonly probed: ProbedRegion | null;
  readonly unread: RegionReport["unread"];
}

async function reportOf(source: ResultSource, nowMs: EpochMs): Promise<ReadReport> {
  try {
    return { source, probed: await readRegion(source, nowMs), unread: null };
  } catch (cause) {
    return { source, probed: null, unread: { cause } };
  }
}

function reportFields({ source, probed, unread }: ReadReport, nowMs: EpochMs) {
  const plannedAtMs = probed?.plannedAtMs ?? null;
  return {
    name: source.region,
    shards: source.shards,
    taskCount: probed?.taskCount ?? 0,
    lastReportAtMs: probed?.lastReportAtMs ?? null,
    lagMs: probed?.lagMs ?? null,
    stallCount: probed?.stallCount ?? null,
    clockOffsetMs: probed?.clockOffsetMs ?? null,
    planAgeMs: plannedAtMs === null ? null : Math.max(0, nowMs - plannedAtMs),
    unread,
  };
}

function failingShare({ source, probed }: ReadReport, states: Ground["states"]): number | null {
  if (probed === null || probed.taskCount === 0) return null;
  const failing = states.filter(({ regions }) => isFailing(regions[source.region]));
  return Math.min(1, failing.length / probed.taskCount);
}

/** As the fleet's judgement of regions counts them. */
function isFailing(health: RegionHealth | undefined): boolean {
  return health !== undefined && (health.failCount > 0 || health.status === "unhealthy");
}

/** All tasks' summaries of the newest judged minutes, the oldest minute first. */
async function readMinutes(
  { summaries }: FleetSources,
  { judgedToMs, taskNames }: Ground,
  minuteCount: number,
): Promise<Summary[]> {
  if (judgedToMs === null || taskNames.length === 0) return [];
  const ages = Array.from({ length: minuteCount }, (_, i) => minuteCount - i);
  const read = await inParallel(ages, READS_AT_ONCE, (age) =>
    summaries.readSummaries(taskNames, judgedToMs - age * MINUTE_MS),
  );
  return read.flat();
}

function slotsOf(region: RegionName, minutes: readonly Summary[]) {
  const own = minutes.flatMap(({ regions }) => regions[region] ?? []);
  if (own.length === 0) return { missedCount: null, expectedCount: null };
  const sums = { missedCount: 0, expectedCount: 0 };
  for (const { missedCount, expectedCount } of own) {
    sums.missedCount += missedCount;
    sums.expectedCount += expectedCount;
  }
  return sums;
}
