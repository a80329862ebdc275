import { writeUnits } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { groupCountOf } from "../summary/packed/packed.ts";
import { type Task, usesConnection } from "../task/task.ts";
import { MINUTE_MS, type RegionName } from "../units.ts";
import { type PeriodLoad, periodsOf, type TaskMinutes } from "./periods.ts";

/** Write and read units of one table. */
export interface TableUnits {
  readonly writes: number;
  readonly reads: number;
}

/** The summaries of an average minute, and what is made of them. */
export interface SummaryLoad {
  readonly count: number;
  readonly bytes: number;
  readonly periods: PeriodLoad;
  /** Of minutes, boards, hours and days. */
  readonly units: TableUnits;
}

/** Where tasks are checked. */
export interface SummaryPlaces {
  readonly regions: readonly { readonly name: RegionName }[];
}

/** The part of a task that decides how large its summaries are. */
export type SummaryTask = Parameters<typeof usesConnection>[0] &
  Pick<Task, "name" | "host" | "targetId" | "scheduleMs" | "regions">;

/** What the summaries of enabled tasks are. */
export function summaryLoadOf(fleet: SummaryPlaces, tasks: readonly SummaryTask[]): SummaryLoad {
  const names = fleet.regions.map(({ name }) => name);
  const summaries = tasks.map((task) => summariesOf(names, task));
  const count = sumOf(summaries, (own) => own.count);
  const bytes = sumOf(summaries, (own) => own.count * own.bytes);
  const periods = periodsOf(summaries);
  const writes = minuteWrites(count, bytes) + periods.writes;
  return { count, bytes, periods, units: { writes, reads: periods.reads } };
}

/** How many summaries a minute a task has, and how large they are. */
function summariesOf(names: readonly string[], task: SummaryTask): TaskMinutes {
  const regions = task.regions === "all" ? names : names.filter((n) => task.regions.includes(n));
  // The stagger gives the regions of a task with a long schedule different minutes.
  const minuteCount = Math.max(
    1,
    Math.min(regions.length, Math.floor(task.scheduleMs / MINUTE_MS)),
  );
  const count = regions.length === 0 ? 0 : Math.min(1, (minuteCount * MINUTE_MS) / task.scheduleMs);
  const shown = Math.ceil(regions.length / minuteCount);
  return { task, count, bytes: summarySize(task, shown), regionCount: regions.length };
}

// Fitted to what `bench/summary-size.ts` measures of minutes in groups (decisions 57 and 70).
const MINUTE_BYTES = { base: 5, perNameByte: 1 / 4, perDeepRegion: 24 } as const;

/** Of few checks each time is there, of many their figures and a sketch. */
function regionBytes(checkCount: number): number {
  return Math.min(2.2 * checkCount, 12 + 0.11 * checkCount);
}

/** Bytes of a task in its group's minute. */
function summarySize(task: SummaryTask, regionCount: number): number {
  const checks = Math.max(1, Math.min(60, Math.round(MINUTE_MS / task.scheduleMs)));
  const deep = usesConnection(task) ? MINUTE_BYTES.perDeepRegion : 0;
  const names = Buffer.byteLength(`${task.name}${task.host}${task.targetId ?? ""}`);
  const about = MINUTE_BYTES.base + names * MINUTE_BYTES.perNameByte;
  return about + regionCount * (regionBytes(checks) + deep);
}

/** Units to write the groups of a minute, which are about alike, and the root that says how many they are. */
function minuteWrites(count: number, bytes: number): number {
  const groups = groupCountOf(count);
  const units = groups * writeUnits(GROUP_ITEM_BYTES + bytes / groups) + (groups === 1 ? 0 : 1);
  // A minute without a task is not written.
  return units * Math.min(1, count);
}

/** Names and numbers of a group's item beside its content. */
const GROUP_ITEM_BYTES = 80;
