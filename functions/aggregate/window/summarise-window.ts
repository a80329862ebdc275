import { isDeepStrictEqual } from "node:util";
import {
  asStored,
  asStoredAlone,
  type Figures,
  figuresOf,
  type RegionWindow,
  type Summary,
  summarise,
  type TaskWindow,
  windowSettings,
} from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { RegionName } from "../../../shared/units.ts";
import type { WindowMark } from "../../ports/progress-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { TaskInWindow, WindowReading } from "./read-window.ts";

/** A task's window and its summary, which have the same figures. */
export interface SummarisedTask {
  readonly task: Task;
  readonly window: TaskWindow;
  /** Null if nothing was due. */
  readonly summary: Summary | null;
}

/** Every task of a window with its figures, by name. */
export function summariseWindow(reading: WindowReading): Map<string, SummarisedTask> {
  const summarised = new Map<string, SummarisedTask>();
  for (const [name, found] of reading.tasks) summarised.set(name, summariseTask(reading, found));
  return summarised;
}

/** The summaries of a window's tasks. */
export function summariesOf(tasks: ReadonlyMap<string, SummarisedTask>): Summary[] {
  return [...tasks.values()].flatMap(({ summary }) => summary ?? []);
}

function summariseTask(reading: WindowReading, found: TaskInWindow): SummarisedTask {
  const { task } = found;
  const readings = Object.entries(found.regions);
  const regions: Record<RegionName, RegionWindow> = {};
  for (const [name, { covered, expectedCount, checks, rechecks }] of readings) {
    const figures = figuresOf({ expectedCount }, checks);
    regions[name] = { covered, checks, rechecks, figures };
  }
  const window: TaskWindow = {
    periodStartMs: reading.window.fromMs,
    periodEndMs: reading.window.toMs,
    ...windowSettings(task),
    regions,
  };
  const isDue = readings.some(([, { expectedCount }]) => expectedCount > 0);
  return { task, window, summary: isDue ? summaryOf(reading, task, window) : null };
}

function summaryOf(reading: WindowReading, task: Task, window: TaskWindow): Summary {
  const due = Object.entries(window.regions).filter(([, { figures }]) => figures.expectedCount > 0);
  const silent = due.filter(([, { checks }]) => checks.length === 0).map(([name]) => name);
  const missingRegions = [...silent, ...unreadRegions(reading, task, window)];
  const isWhole = due.every(([, { figures }]) => figures.missedCount === 0);
  return summarise(task, window, {
    complete: isWhole && missingRegions.length === 0,
    missingRegions,
    rev: 1,
  });
}

/** Regions of which it is not known what they checked of the task. */
function unreadRegions(reading: WindowReading, task: Task, window: TaskWindow): RegionName[] {
  const shards = reading.unreadShards.filter(
    ({ region, planned }) => planned?.has(task.name) ?? isMeantFor(task, region),
  );
  const names = [
    ...reading.unreadable.map(({ region }) => region).filter((name) => isMeantFor(task, name)),
    ...shards.map(({ region }) => region),
  ];
  return [...new Set(names)].filter((name) => window.regions[name] === undefined);
}

function isMeantFor(task: Task, region: RegionName): boolean {
  return task.regions === "all" || task.regions.includes(region);
}

/** What became of a window's summaries. */
export interface WrittenSummaries {
  /** Of each task the summary that is stored now, unless it could not be. */
  readonly standing: readonly Summary[];
  /** Tasks whose summary can't be stored. */
  readonly refused: readonly string[];
}

/**
 * Writes a window's summaries. If no run has begun the window before, nothing is stored yet and all
 * are written in batches; otherwise only those that know more than the stored ones. Those of a window
 * that comes again after a clock was set back also replace the stored ones if they are complete.
 */
export async function writeSummaries(
  services: AggregateServices,
  summaries: readonly Summary[],
  mark: WindowMark,
): Promise<WrittenSummaries> {
  if (mark !== "new") return reviseSummaries(services, summaries, mark);
  const refused = await services.summaries.putSummaries(summaries);
  const standing = summaries.filter(({ taskName }) => !refused.includes(taskName));
  for (const summary of standing) services.announce(summary);
  return { standing, refused };
}

async function reviseSummaries(
  services: AggregateServices,
  summaries: readonly Summary[],
  mark: WindowMark,
): Promise<WrittenSummaries> {
  const [first] = summaries;
  if (first === undefined) return { standing: [], refused: [] };
  const refused: string[] = [];
  const names = summaries.map((summary) => summary.taskName);
  const stored = await services.summaries.readSummaries(names, first.periodStartMs);
  const standing = new Map(stored.map((summary) => [summary.taskName, summary]));
  const revisions = summaries.flatMap((found) => {
    const held = standing.get(found.taskName) ?? null;
    const summary = held === null ? found : reviseSummary(held, found, mark === "again");
    return summary === null ? [] : { summary, heldRev: held?.rev ?? null };
  });
  const puts = revisions.length === 0 ? [] : await services.summaries.reviseSummaries(revisions);
  revisions.forEach(({ summary }, i) => {
    if (puts[i] === "stored") {
      services.announce(summary);
      standing.set(summary.taskName, summary);
    }
    if (puts[i] === "refused") refused.push(summary.taskName);
  });
  return { standing: [...standing.values()], refused };
}

/**
 * The next revision of a stored summary, or null if the one found knows less or nothing new. If the
 * minute comes again, all that it has is new, and a complete one need not know as much: its tasks and
 * regions may be others.
 */
export function reviseSummary(stored: Summary, found: Summary, isAgain = false): Summary | null {
  if (!(isAgain && found.complete) && !knowsAsMuch(found, stored)) return null;
  if (isAgain) return { ...found, rev: stored.rev + 1 };
  return isSame({ ...found, rev: stored.rev }, stored) ? null : { ...found, rev: stored.rev + 1 };
}

/** Whether a stored summary is this one, in either form that it can be stored in. */
function isSame(found: Summary, stored: Summary): boolean {
  return [asStored, asStoredAlone].some((form) => isDeepStrictEqual(form(found), stored));
}

/**
 * A window that is read again may say less than before: a region can't be read, results have
 * expired, or a lease no longer has the runs of days ago.
 */
function knowsAsMuch(found: Summary, stored: Summary): boolean {
  return Object.entries(stored.regions).every(([region, before]) => {
    const now = found.regions[region];
    if (now === undefined) return false;
    return now.expectedCount >= before.expectedCount && attempts(now) >= attempts(before);
  });
}

function attempts(figures: Figures): number {
  return figures.sampleCount + figures.uncountedCount;
}
