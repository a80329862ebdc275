import { homeTableName, regionTableName, TTL_ATTRIBUTE } from "../../shared/contract.ts";
import {
  type Entry,
  entriesOf,
  type LevelStore,
  type Range,
  tolerantIterator,
} from "./level-store.ts";
import type { UnkeptEntries } from "./unkept-entries.ts";

/** How far the memory has taken over from a disk that fails. */
export interface Rescue {
  /** The tables, tasks, plans, states and events are in the memory, as far as the disk could be read. */
  readonly needed: Promise<void>;
  /** So are the leases and the newest results and summaries. */
  readonly all: Promise<void>;
}

/** Results and summaries that expire at most so long before the newest ones are rescued with them. */
const NEWEST_SECONDS = 15 * 60;

const TABLES = "table~";

/**
 * Reads what the fleet needs to go on from a store of dynalite: everything but the history of results
 * and summaries. It never throws: what can't be read is left out.
 */
export function rescueEntries(disk: LevelStore, unkept: UnkeptEntries): Rescue {
  const tables = rescueTables(disk, unkept);
  const needed = tables.then(async (names) => {
    for (const name of names.filter((one) => !isHistory(one))) {
      for await (const entry of read(disk, `item-${name}~`)) unkept.rescue(entry);
    }
  });
  const all = Promise.all([tables, needed]).then(async ([names]) => {
    for (const name of names.filter(isHistory)) await rescueNewest(disk, unkept, name);
  });
  return { needed, all };
}

async function rescueTables(disk: LevelStore, unkept: UnkeptEntries): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of read(disk, TABLES)) {
    unkept.rescue(entry);
    names.push(entry[0].slice(TABLES.length));
  }
  return names;
}

/** Windows that are still open need the newest results. What never expires, such as a lease, is newest. */
async function rescueNewest(disk: LevelStore, unkept: UnkeptEntries, name: string): Promise<void> {
  const prefix = `item-${name}~`;
  let newest = 0;
  for await (const entry of read(disk, prefix)) {
    const expiresAt = expiryOf(entry);
    if (Number.isFinite(expiresAt)) newest = Math.max(newest, expiresAt);
  }
  for await (const entry of read(disk, prefix)) {
    if (expiryOf(entry) >= newest - NEWEST_SECONDS) unkept.rescue(entry);
  }
}

/** Unix seconds; infinity for what never expires. */
function expiryOf([, item]: Entry): number {
  const attributes: Readonly<Record<string, { readonly N?: string }>> = { ...item };
  return Number(attributes[TTL_ATTRIBUTE]?.N ?? Number.POSITIVE_INFINITY);
}

function isHistory(table: string): boolean {
  const isResults = table.includes(regionTableName("", "results", ""));
  return isResults || table.endsWith(homeTableName("", "summaries"));
}

function read(disk: LevelStore, prefix: string): AsyncGenerator<Entry> {
  const range: Range = { gte: prefix, lt: `${prefix}\xff` };
  return entriesOf(tolerantIterator(disk, range));
}
