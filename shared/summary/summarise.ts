import type { Task } from "../task/task.ts";
import type { DurationMs, EpochMs, RegionName } from "../units.ts";
import { type Figures, figuresOf, type JudgedCheck } from "./figures.ts";

/** The checks of one task in one region and one window, in the order of their slots. */
export interface RegionWindow {
  /**
   * Whether the region's probes acquired the whole window with this task in their bundle. A covered
   * region without a scheduled check (schedules over a minute) keeps its last vote; any other region
   * has none.
   */
  readonly covered: boolean;
  readonly figures: Figures;
  readonly checks: readonly JudgedCheck[];
  /** Checks that were made again soon after a failure, in order; they are in no figure. */
  readonly rechecks: readonly JudgedCheck[];
}

/**
 * One task in one minute, in every region that it runs in. A region that could not be read is not
 * covered and has no scheduled check.
 */
export interface TaskWindow {
  readonly periodStartMs: EpochMs;
  readonly periodEndMs: EpochMs;
  readonly scheduleMs: DurationMs;
  /** How many days before the end of a certificate the task wants to know; absent if it says nothing. */
  readonly expiryDays?: Readonly<Partial<Record<"warning" | "critical", number>>>;
  readonly regions: Readonly<Record<RegionName, RegionWindow>>;
}

/** One task in one minute: over all regions and for each. */
export interface Summary {
  readonly taskName: string;
  readonly host: string;
  readonly targetId: string | null;
  readonly periodStartMs: EpochMs;
  readonly periodEndMs: EpochMs;
  readonly overall: Figures;
  readonly regions: Readonly<Record<RegionName, Figures>>;
  /** Whether every region's leases are past the end and every scheduled slot has a result. */
  readonly complete: boolean;
  /** Regions in which the task was scheduled and no result was reported. */
  readonly missingRegions: readonly RegionName[];
  /** 1 when first written; one more for each rewrite with late data. */
  readonly rev: number;
}

/** What a task says of its windows. */
export function windowSettings(
  task: Pick<Task, "scheduleMs" | "tls">,
): Pick<TaskWindow, "scheduleMs" | "expiryDays"> {
  const { scheduleMs, tls: { expiresWarningDays: warning, expiresCriticalDays: critical } = {} } =
    task;
  if (warning === undefined && critical === undefined) return { scheduleMs };
  const expiryDays = {
    ...(warning !== undefined && { warning }),
    ...(critical !== undefined && { critical }),
  };
  return { scheduleMs, expiryDays };
}

/** What does not follow from the window's checks. */
export type SummaryContext = Pick<Summary, "complete" | "missingRegions" | "rev">;

/** The summary of a window. Its overall figures are over all checks, not merged from the regions'. */
export function summarise(
  task: Pick<Task, "name" | "host" | "targetId">,
  window: TaskWindow,
  context: SummaryContext,
): Summary {
  const regions = Object.entries(window.regions).sort(([a], [b]) => (a < b ? -1 : 1));
  const expectedCount = regions.reduce((sum, [, { figures }]) => sum + figures.expectedCount, 0);
  const checks = regions.flatMap(([, region]) => region.checks);
  return {
    taskName: task.name,
    host: task.host,
    targetId: task.targetId,
    periodStartMs: window.periodStartMs,
    periodEndMs: window.periodEndMs,
    overall: figuresOf({ expectedCount }, checks),
    regions: Object.fromEntries(regions.map(([name, { figures }]) => [name, figures])),
    complete: context.complete,
    missingRegions: [...context.missingRegions].sort(),
    rev: context.rev,
  };
}
