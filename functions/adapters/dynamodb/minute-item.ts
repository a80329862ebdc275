import { marshall } from "@aws-sdk/util-dynamodb";
import { packMinute, unpackMinute } from "../../../shared/summary/packed/packed.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  toEpochSeconds,
} from "../../../shared/units.ts";
import type { BatchSetup } from "./batches.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { getItem, type Item } from "./table.ts";

/** The table, its clock, and how long a minute is kept from its end. */
export interface MinutesSetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/**
 * When a minute expires. One that is written late is kept for a day at least, in which it reaches
 * its hour.
 */
export function minuteExpiry(
  { keepMs, now }: Pick<MinutesSetup, "keepMs" | "now">,
  startMs: EpochMs,
): EpochMs {
  return Math.max(startMs + MINUTE_MS + keepMs, now() + DAY_MS);
}

/** The partition with a root for each minute. No task's name begins with a blank. */
export const ROOTS = " minutes";

/**
 * The key of a minute's root, which says into how many groups the minute's tasks are put. A single
 * group is in the root itself.
 */
export function rootKey(startMs: EpochMs) {
  return { task_name: ROOTS, period_start: toEpochSeconds(startMs) };
}

/** One of the groups of a minute's tasks. */
export interface GroupPlace {
  readonly startMs: EpochMs;
  readonly groupCount: number;
  readonly group: number;
}

/** The partition with the minutes of a group. */
export function groupPartition({ groupCount, group }: Omit<GroupPlace, "startMs">): string {
  return groupCount === 1 ? ROOTS : `${ROOTS} ${groupCount}/${group}`;
}

/** The key of a group's minute. */
export function groupKey(place: GroupPlace) {
  return { task_name: groupPartition(place), period_start: toEpochSeconds(place.startMs) };
}

/** A group's minute as stored. `version` is one more with each write. */
export function groupItem(
  place: GroupPlace,
  content: {
    readonly version: number;
    readonly minutes: Uint8Array;
    readonly expiresAtMs: EpochMs;
  },
): Item {
  const { version, minutes, expiresAtMs } = content;
  const groups = place.groupCount === 1 ? { groups: 1 } : {};
  const item = marshall({ ...groupKey(place), ...groups, version, minutes });
  return { ...item, ...expiryAttribute(expiresAtMs) };
}

/** The root of a minute with several groups. */
export function rootItem(startMs: EpochMs, groupCount: number, expiresAtMs: EpochMs): Item {
  const item = marshall({ ...rootKey(startMs), groups: groupCount });
  return { ...item, ...expiryAttribute(expiresAtMs) };
}

/** Reads a minute's root consistently; null if its tasks are in no groups. */
export async function readRoot(setup: MinutesSetup, startMs: EpochMs): Promise<Item | null> {
  const root = await getItem(setup, rootKey(startMs));
  return root === null || isExpired(root, setup.now()) ? null : root;
}

/** Into how many groups the tasks of a root's minute are put. */
export function groupCountIn(root: Item): number {
  return Number(root.groups?.N);
}

/** When the minute of an item began. */
export function startOf(item: Item): EpochMs {
  return Number(item.period_start?.N) * SECOND_MS;
}

/** The summaries in a group's item, of some tasks only if they are given; throws if they can't be read. */
export function summariesIn(item: Item, taskNames?: ReadonlySet<string>): Summary[] {
  return unpackMinute(item.minutes?.B ?? new Uint8Array(), taskNames);
}

/** Summaries as bytes, and the tasks of those that can't be: one of them must not hold up the others. */
export function packReadable(summaries: readonly Summary[]): {
  readonly minutes: Uint8Array;
  readonly refused: ReadonlySet<string>;
} {
  try {
    return { minutes: packMinute(summaries), refused: new Set() };
  } catch {
    const others = summaries.filter(canPack);
    const names = new Set(others.map(({ taskName }) => taskName));
    const refused = summaries.map(({ taskName }) => taskName).filter((name) => !names.has(name));
    return { minutes: packMinute(others), refused: new Set(refused) };
  }
}

function canPack(summary: Summary): boolean {
  try {
    packMinute([summary]);
    return true;
  } catch {
    return false;
  }
}
