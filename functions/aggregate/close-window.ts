import type { Task } from "../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import type { OpenWindow, Progress, WindowMark } from "../ports/progress-store.ts";
import { judgeTasks, type TaskMemory } from "./judge/judge.ts";
import { openRegions, putOpenWindow } from "./revisit-windows.ts";
import type { AggregateServices } from "./services/services.ts";
import { tellTroubles } from "./tell-troubles.ts";
import {
  type FleetView,
  type SummarisedTask,
  summariseWindow,
  type WindowReading,
} from "./window/window.ts";
import { writeFigures } from "./write-figures.ts";

/** A window whose tasks are judged. */
export interface ClosedWindow {
  readonly reading: WindowReading;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  /** False if the table of summaries did not take them all. */
  readonly isWritten: boolean;
}

/** How far a run has come with closing windows. */
export interface ClosedWindows {
  /** Without regions that could not be read in this run: each failure takes seconds. */
  readonly fleet: FleetView;
  readonly progress: Progress;
  readonly last: ClosedWindow | null;
  readonly windowCount: number;
  /** Chunks that could not be decoded, or whose bundle is missing. */
  readonly damagedCount: number;
  /** Samples that a later version wrote and that this version understands in part only. */
  readonly notUnderstoodCount: number;
}

/** What a window is judged by beside its checks. */
export interface JudgeContext {
  readonly memory: TaskMemory;
  /** No state is stored at or after this instant. */
  readonly untilMs: EpochMs;
  readonly planned: ReadonlyMap<string, readonly RegionName[]> | null;
  /** The tasks that each region is to run now; without regions whose plan is not known. */
  readonly plans: ReadonlyMap<RegionName, readonly Task[]>;
  /** The runs before this one are missing, so home itself was switched off. */
  readonly wasHomeAway: boolean;
  /** Delivers what is decided. */
  readonly deliver: () => Promise<void>;
}

/**
 * Closes one window: summaries and judgements, then the watermark. Each step is idempotent, so a later
 * run can repeat what a failed run began. A window that is marked as judged is not judged again, even
 * if more results have come in since. Null if the time was too short to judge it all.
 */
export async function closeWindow(
  services: AggregateServices,
  context: JudgeContext,
  { closed, reading }: { readonly closed: ClosedWindows; readonly reading: WindowReading },
): Promise<ClosedWindows | null> {
  const { window } = reading;
  const { pass = 0 } = closed.progress;
  const mark = await services.progress.beginWindow(window.fromMs, pass);
  const tasks = summariseWindow(reading);
  // No alert waits for a summary. If one of the two fails, the other still does its work.
  const [written, judged] = await Promise.allSettled([
    writeFigures(services, context.memory, { startMs: window.fromMs, tasks, mark }),
    judgeWindow(services, context, { closed, reading, tasks, mark, pass }).then(async (outcome) => {
      if (outcome === "judged") await context.deliver();
      return outcome;
    }),
  ]);
  if (judged.status === "rejected") throw judged.reason;
  if (written.status === "rejected") throw written.reason;
  if (judged.value === "late") return null;
  const open = { startMs: window.fromMs, regions: openRegions(reading, services.fleet) };
  const openWindows = putOpenWindow(
    closed.progress.openWindows,
    written.value === "later" ? writtenLater(open, reading) : open,
    services.fleet,
  );
  const heard = [...reading.chunkCounts].flatMap(([name, count]) => (count > 0 ? name : []));
  const progress: Progress = { ...closed.progress, watermarkMs: window.toMs, openWindows, heard };
  await services.progress.writeProgress(progress);
  return {
    fleet: withoutUnreadable(closed.fleet, reading),
    progress,
    last: { reading, tasks, isWritten: written.value === "written" },
    windowCount: closed.windowCount + 1,
    damagedCount: closed.damagedCount + reading.damagedCount,
    notUnderstoodCount: closed.notUnderstoodCount + reading.notUnderstoodCount,
  };
}

/** Judges a window's tasks and marks it as judged, unless it is or there is nothing to judge by. */
async function judgeWindow(
  services: AggregateServices,
  { memory, wasHomeAway, ...known }: JudgeContext,
  input: {
    readonly closed: ClosedWindows;
    readonly reading: WindowReading;
    readonly tasks: ReadonlyMap<string, SummarisedTask>;
    readonly mark: WindowMark;
    /** See `Progress`. */
    readonly pass: number;
  },
): Promise<"judged" | "late"> {
  const { window } = input.reading;
  // If home was away and no region checked anything, the whole fleet was switched off. The missing
  // data then says nothing about any target.
  const wasFleetOff = wasHomeAway && hasNoChecks(input.reading);
  if (input.mark === "judged" || wasFleetOff) return "judged";
  const { tasks, pass } = input;
  const outcome = await judgeTasks(services, memory, {
    pace: "window",
    ...{ ...known, window, tasks, pass },
  });
  if (outcome !== "judged") return outcome;
  const { fleet, windowCount } = input.closed;
  await tellTroubles(services, memory, { ...input, fleet, isFirstOfRun: windowCount === 0 });
  await services.progress.markJudged(window.fromMs, pass);
  return outcome;
}

/** The same window, so that the next run reads it again: its regions count as not read. */
function writtenLater(open: OpenWindow, { chunkCounts }: WindowReading): OpenWindow {
  const unread = [...chunkCounts.keys()].map((name) => [name, null] as const);
  return { ...open, regions: { ...open.regions, ...Object.fromEntries(unread) } };
}

function hasNoChecks({ tasks }: WindowReading): boolean {
  return [...tasks.values()].every(({ regions }) =>
    Object.values(regions).every(({ checks }) => checks.length === 0),
  );
}

function withoutUnreadable({ regions }: FleetView, { unreadable }: WindowReading): FleetView {
  const failed = new Set(unreadable.map(({ region }) => region));
  return { regions: regions.filter(({ name }) => !failed.has(name)), unreadable };
}
