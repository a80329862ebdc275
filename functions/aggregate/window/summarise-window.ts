import {
  figuresOf,
  type RegionWindow,
  type Summary,
  summarise,
  type TaskWindow,
} from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { RegionName } from "../../../shared/units.ts";
import type { TaskInWindow, WindowReading } from "./read-window.ts";

/** A task's window and its summary, which share their figures. */
export interface SummarisedTask {
  readonly task: Task;
  readonly window: TaskWindow;
  /** Null where nothing was due. */
  readonly summary: Summary | null;
}

/** Every task of a window, with what it amounts to. */
export function summariseWindow(reading: WindowReading): Map<string, SummarisedTask> {
  const summarised = new Map<string, SummarisedTask>();
  for (const [name, found] of reading.tasks) summarised.set(name, summariseTask(reading, found));
  return summarised;
}

function summariseTask(reading: WindowReading, found: TaskInWindow): SummarisedTask {
  const { task } = found;
  const readings = Object.entries(found.regions);
  const regions: Record<RegionName, RegionWindow> = {};
  for (const [name, { covered, expectedCount, checks }] of readings) {
    regions[name] = { covered, checks, figures: figuresOf({ expectedCount }, checks) };
  }
  const window: TaskWindow = {
    periodStartMs: reading.window.fromMs,
    periodEndMs: reading.window.toMs,
    scheduleMs: task.scheduleMs,
    regions,
  };
  const isDue = readings.some(([, { expectedCount }]) => expectedCount > 0);
  return { task, window, summary: isDue ? summaryOf(reading, task, window) : null };
}

function summaryOf(reading: WindowReading, task: Task, window: TaskWindow): Summary {
  const due = Object.entries(window.regions).filter(([, { figures }]) => figures.expectedCount > 0);
  const silent = due.filter(([, { checks }]) => checks.length === 0).map(([name]) => name);
  const unreadable = reading.unreadable.map(({ region }) => region);
  const missingRegions = [...silent, ...unreadable.filter((region) => isMeantFor(task, region))];
  const isWhole = due.every(([, { figures }]) => figures.missedCount === 0);
  return summarise(task, window, {
    complete: isWhole && missingRegions.length === 0,
    missingRegions,
    rev: 1,
  });
}

function isMeantFor(task: Task, region: RegionName): boolean {
  return task.regions === "all" || task.regions.includes(region);
}
