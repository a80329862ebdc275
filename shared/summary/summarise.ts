import type { Task } from "../task/task.ts";
import type { DurationMs, EpochMs, RegionName } from "../units.ts";
import { type Figures, figuresOf, type JudgedCheck } from "./figures.ts";

/** What one region says of one task in one window. `checks` are in order of their slots. */
export interface RegionWindow {
  /**
   * The region's probes claimed the whole window with this task in their bundle. A covered region in
   * which nothing was due (schedules over a minute) stands by its last vote; any other has none.
   */
  readonly covered: boolean;
  readonly figures: Figures;
  readonly checks: readonly JudgedCheck[];
}

/**
 * One task in one minute, as every region that it runs in saw it: also those that could not be read,
 * as not covered and with nothing due.
 */
export interface TaskWindow {
  readonly periodStartMs: EpochMs;
  readonly periodEndMs: EpochMs;
  readonly scheduleMs: DurationMs;
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
  /** Every region's leases are past the end and no due slot is without a result. */
  readonly complete: boolean;
  /** Regions in which the task was due and nothing was reported. */
  readonly missingRegions: readonly RegionName[];
  /** 1 when first written; one more for each rewrite with late data. */
  readonly rev: number;
}

/** What the window's own checks cannot tell. */
export type SummaryContext = Pick<Summary, "complete" | "missingRegions" | "rev">;

/** The summary of a window. Its overall figures are taken over all checks, not merged from regions'. */
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
