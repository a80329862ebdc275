import { marshall } from "@aws-sdk/util-dynamodb";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { RollUp } from "../../ports/roll-up-store.ts";
import type { SummaryStore } from "../../ports/summary-store.ts";
import { readBatches } from "./batches.ts";
import { mergeNewestFirst } from "./merge-minutes.ts";
import { type MinutesSetup, readRoot } from "./minute-item.ts";
import { readOwn, reviseOwn } from "./own-minutes.ts";
import { hourKey, minutesIn } from "./period-store.ts";
import { queryPeriods } from "./query-periods.ts";
import { readAt, readGrouped } from "./read-minutes.ts";
import { isExpired } from "./stored-item.ts";
import type { Item } from "./table.ts";
import { UnpackedHours } from "./unpacked-hours.ts";
import { putMinute, reviseMinute } from "./write-minutes.ts";

/** A page ends at a megabyte before it has more. */
const LONGEST_PAGE = 10_000;

const MINUTES_PER_HOUR = HOUR_MS / MINUTE_MS;

/** A reader of few minutes gets so many at a time from groups. */
const LEAST_GROUPED = 10;

const PARALLEL_TASKS = 8;

/** The `summaries` table, and how far hours are packed. */
interface SummaryStoreSetup extends MinutesSetup {
  readonly readRollUp: () => Promise<RollUp | null>;
}

/** Minutes in the home region's `summaries` table; what they become is in `period-store.ts`. */
export function createSummaryStore(setup: SummaryStoreSetup): SummaryStore {
  const unpacked = new UnpackedHours(setup);
  return {
    async putSummaries(summaries) {
      const refused: string[] = [];
      for (const own of Map.groupBy(summaries, (one) => one.periodStartMs).values()) {
        const revisions = own.map((summary) => ({ summary, heldRev: null }));
        const puts = await putMinute(setup, revisions);
        refused.push(...own.flatMap(({ taskName }, i) => (puts[i] === "refused" ? taskName : [])));
      }
      return refused;
    },

    async readSummaries(taskNames, periodStartMs) {
      const found = await readAt(setup, taskNames, [periodStartMs]);
      if (periodStartMs + setup.keepMs > setup.now()) return found;
      const known = new Set(found.map(({ taskName }) => taskName));
      const gone = taskNames.filter((name) => !known.has(name));
      return [...found, ...(await readPackedMinutes(setup, gone, [periodStartMs]))];
    },

    async readMinutes(taskName, periodStartsMs) {
      const nowMs = setup.now();
      const past = periodStartsMs.filter((startMs) => startOfHour(startMs) + HOUR_MS <= nowMs);
      const packed = await readPackedMinutes(setup, [taskName], past);
      const known = new Set(packed.map((summary) => summary.periodStartMs));
      const others = periodStartsMs.filter((startMs) => !known.has(startMs));
      return [...packed, ...(await readAt(setup, [taskName], others))];
    },

    async reviseSummaries(revisions) {
      const [first] = revisions;
      if (first === undefined) return [];
      const root = await readRoot(setup, first.summary.periodStartMs);
      if (root !== null) return reviseMinute(setup, root, revisions);
      const isElsewhere = revisions.some(({ heldRev }) => heldRev !== null);
      return isElsewhere ? reviseOwn(setup, revisions) : putMinute(setup, revisions);
    },

    readHourOf: (taskNames, startMs) => readHourOf(setup, taskNames, startMs),

    async readLatest(taskName, span) {
      if (span.sinceMs >= span.untilMs) return [];
      const grouped = groupedMinutes(setup, taskName, {
        ...span,
        intervals: await unpacked.within({ fromMs: span.sinceMs, toMs: span.untilMs }),
      });
      return takeNewest(setup, taskName, { ...span, consistent: false }, grouped);
    },
  };
}

interface Span {
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
  readonly consistent: boolean;
}

/** If every minute of an hour is in groups and none has expired, there is no other place to look in. */
async function readHourOf(
  setup: SummaryStoreSetup,
  taskNames: readonly string[],
  startMs: EpochMs,
): Promise<Map<string, Summary[]>> {
  const interval = { fromMs: startMs, toMs: startMs + HOUR_MS };
  const { summaries, minuteCount } = await readGrouped(setup, taskNames, {
    ...interval,
    consistent: true,
  });
  const byTask = Map.groupBy(summaries, ({ taskName }) => taskName);
  const isWhole = minuteCount === MINUTES_PER_HOUR && startMs + setup.keepMs > setup.now();
  const span = { sinceMs: startMs, untilMs: interval.toMs, limit: Number.POSITIVE_INFINITY };
  const read = await inParallel(taskNames, PARALLEL_TASKS, async (taskName) => {
    const own = newestFirst(byTask.get(taskName) ?? []);
    if (isWhole) return [taskName, own.reverse()] as const;
    const grouped = iterate(own);
    const all = await takeNewest(setup, taskName, { ...span, consistent: true }, grouped);
    return [taskName, all.reverse()] as const;
  });
  return new Map(read);
}

function newestFirst(summaries: readonly Summary[]): Summary[] {
  return summaries.toSorted((a, b) => b.periodStartMs - a.periodStartMs);
}

async function* iterate(summaries: readonly Summary[]): AsyncGenerator<Summary> {
  yield* summaries;
}

/** Minutes are in groups while they are hot, or items of their own, and then in their hours. Some are in both. */
async function takeNewest(
  setup: SummaryStoreSetup,
  taskName: string,
  span: Span,
  grouped: AsyncGenerator<Summary>,
): Promise<Summary[]> {
  const found: Summary[] = [];
  const elsewhere = mergeNewestFirst(
    ownMinutes(setup, taskName, span),
    packedMinutes(setup, taskName, span),
  );
  for await (const summary of mergeNewestFirst(grouped, elsewhere)) {
    found.push(summary);
    if (found.length >= span.limit) break;
  }
  return found;
}

/** The task's minutes in intervals, the newest first, as many at a time as may be wanted. */
async function* groupedMinutes(
  setup: SummaryStoreSetup,
  taskName: string,
  { intervals, limit }: { readonly intervals: readonly Interval[]; readonly limit: number },
): AsyncGenerator<Summary> {
  const stepMs = MINUTE_MS * Math.min(MINUTES_PER_HOUR, Math.max(LEAST_GROUPED, limit));
  for (const { fromMs, toMs } of intervals.toReversed()) {
    for (let endMs = toMs; endMs > fromMs; endMs -= stepMs) {
      const part = { fromMs: Math.max(fromMs, endMs - stepMs), toMs: endMs, consistent: false };
      yield* newestFirst((await readGrouped(setup, [taskName], part)).summaries);
    }
  }
}

async function* ownMinutes(
  setup: SummaryStoreSetup,
  taskName: string,
  span: Span,
): AsyncGenerator<Summary> {
  for await (const item of itemsIn(setup, taskName, span)) yield* readOwn(item);
}

async function* packedMinutes(
  setup: SummaryStoreSetup,
  taskName: string,
  span: Span,
): AsyncGenerator<Summary> {
  const { sinceMs, untilMs, limit } = span;
  const hours = { ...span, sinceMs: startOfHour(sinceMs), limit: limit / MINUTES_PER_HOUR + 2 };
  const { task_name } = hourKey(taskName, 0);
  for await (const item of itemsIn(setup, task_name, hours)) {
    const minutes = minutesIn(taskName, item).reverse();
    yield* minutes.filter((one) => one.periodStartMs >= sinceMs && one.periodStartMs < untilMs);
  }
}

function itemsIn(
  setup: SummaryStoreSetup,
  partition: string,
  { sinceMs, untilMs, limit, consistent }: Span,
): AsyncGenerator<Item> {
  return queryPeriods(setup, partition, {
    ...{ fromMs: sinceMs, toMs: untilMs, consistent, newestFirst: true },
    pageSize: Math.min(Math.floor(limit), LONGEST_PAGE),
  });
}

/** Those of the tasks' minutes that are in stored hours. */
async function readPackedMinutes(
  setup: SummaryStoreSetup,
  taskNames: readonly string[],
  periodStartsMs: readonly EpochMs[],
): Promise<Summary[]> {
  const wanted = new Set(periodStartsMs);
  const hours = [...new Set(periodStartsMs.map(startOfHour))];
  const keys = new Map(
    taskNames.flatMap((name) =>
      hours.map((startMs) => [hourKey(name, startMs).task_name, name] as const),
    ),
  );
  const items = await readBatches(
    setup,
    taskNames.flatMap((name) => hours.map((startMs) => marshall(hourKey(name, startMs)))),
  );
  return items.flatMap((item) => {
    const taskName = keys.get(item.task_name?.S ?? "");
    if (taskName === undefined || isExpired(item, setup.now())) return [];
    return minutesIn(taskName, item).filter(({ periodStartMs }) => wanted.has(periodStartMs));
  });
}

function startOfHour(at: EpochMs): EpochMs {
  return at - (at % HOUR_MS);
}
