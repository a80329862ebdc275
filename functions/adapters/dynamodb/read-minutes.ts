import { marshall } from "@aws-sdk/util-dynamodb";
import type { Interval } from "../../../shared/slot/slot.ts";
import { groupOf } from "../../../shared/summary/packed/packed.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import { readBatches } from "./batches.ts";
import {
  groupCountIn,
  groupKey,
  groupPartition,
  type MinutesSetup,
  ROOTS,
  rootKey,
  startOf,
  summariesIn,
} from "./minute-item.ts";
import { ownKey, readOwn } from "./own-minutes.ts";
import { queryPeriods } from "./query-periods.ts";
import { isExpired } from "./stored-item.ts";
import type { Item } from "./table.ts";

const PARALLEL_READS = 8;

/** Minutes of one group that are read by one query: fewer than a megabyte, as groups are. */
const MINUTES_A_QUERY = 15;

/** Reads the tasks' summaries of some minutes consistently, from groups or, without groups, items of their own. */
export async function readAt(
  setup: MinutesSetup,
  taskNames: readonly string[],
  startsMs: readonly EpochMs[],
): Promise<Summary[]> {
  const names = new Set(taskNames);
  const roots = await readValid(setup, startsMs.map(rootKey));
  const keys = roots
    .filter((root) => groupCountIn(root) > 1)
    .flatMap((root) => keysOf(root, names));
  const groups = await readValid(setup, keys);
  const grouped = new Set(roots.map(startOf));
  const others = startsMs.filter((startMs) => !grouped.has(startMs));
  const owns = await readBatches(
    setup,
    others.flatMap((startMs) => taskNames.map((name) => marshall(ownKey(name, startMs)))),
  );
  return [
    ...[...roots, ...groups].flatMap((item) => readableIn(item, names)),
    ...owns.flatMap(readOwn),
  ];
}

function keysOf(root: Item, names: ReadonlySet<string>) {
  const groupCount = groupCountIn(root);
  const groups = new Set([...names].map((name) => groupOf(name, groupCount)));
  return [...groups].map((group) => groupKey({ startMs: startOf(root), groupCount, group }));
}

async function readValid(
  setup: MinutesSetup,
  keys: readonly Readonly<Record<string, string | number>>[],
): Promise<Item[]> {
  const items = await readBatches(
    setup,
    keys.map((key) => marshall(key)),
  );
  return items.filter((item) => !isExpired(item, setup.now()));
}

/** None if they can't be read: a group must not hide the others. */
function readableIn(item: Item, taskNames: ReadonlySet<string>): Summary[] {
  if (item.minutes === undefined) return [];
  try {
    return summariesIn(item, taskNames);
  } catch {
    return [];
  }
}

/** What groups have of an interval. */
export interface GroupedMinutes {
  /** Of the tasks, in no order. */
  readonly summaries: readonly Summary[];
  /** How many minutes are in groups. */
  readonly minuteCount: number;
}

/** Reads the tasks' minutes that began in an interval from their groups, a query a group and quarter of an hour. */
export async function readGrouped(
  setup: MinutesSetup,
  taskNames: readonly string[],
  { fromMs, toMs, consistent }: Interval & { readonly consistent: boolean },
): Promise<GroupedMinutes> {
  const names = new Set(taskNames);
  const roots: Item[] = [];
  for await (const root of queryPeriods(setup, ROOTS, { fromMs, toMs, consistent }))
    roots.push(root);
  const single = roots.flatMap((root) => readableIn(root, names));
  const several = roots.filter((root) => groupCountIn(root) > 1);
  const byCount = Map.groupBy(several, groupCountIn);
  const queries = [...byCount].flatMap(([groupCount, own]) => {
    const groups = new Set(taskNames.map((name) => groupOf(name, groupCount)));
    const starts = own.map(startOf);
    return [...groups].flatMap((group) =>
      inRuns(starts).map((run) => ({ partition: groupPartition({ groupCount, group }), ...run })),
    );
  });
  const read = await inParallel(queries, PARALLEL_READS, async ({ partition, starts, ...span }) => {
    const found: Summary[] = [];
    for await (const item of queryPeriods(setup, partition, { ...span, consistent }))
      if (starts.has(startOf(item))) found.push(...readableIn(item, names));
    return found;
  });
  return { summaries: [...single, ...read.flat()], minuteCount: roots.length };
}

/** Minutes as runs that are read by one query each. */
function inRuns(startsMs: readonly EpochMs[]) {
  const count = Math.ceil(startsMs.length / MINUTES_A_QUERY);
  return Array.from({ length: count }, (_, i) => {
    const own = startsMs.slice(i * MINUTES_A_QUERY, (i + 1) * MINUTES_A_QUERY);
    return {
      starts: new Set(own),
      fromMs: own[0] ?? 0,
      toMs: (own.at(-1) ?? 0) + MINUTE_MS,
    };
  });
}
