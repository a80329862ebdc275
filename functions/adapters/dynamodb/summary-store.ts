import { marshall } from "@aws-sdk/util-dynamodb";
import { parseSummaryItem, type Summary, toSummaryItem } from "../../../shared/summary/summary.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  toEpochSeconds,
} from "../../../shared/units.ts";
import type { SummaryStore } from "../../ports/summary-store.ts";
import { type BatchSetup, readBatches, writeBatches } from "./batches.ts";
import { mergeNewestFirst } from "./merge-minutes.ts";
import { hourKey, minutesIn } from "./period-store.ts";
import { toPlainItem } from "./plain-item.ts";
import { queryPeriods } from "./query-periods.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Condition, type Item, putVersioned, refusalOf } from "./table.ts";

/** Ten thousand items of ten regions would take a hundred megabytes of memory. */
const ITEMS_AT_ONCE = 1_000;

/** A page ends at a megabyte before it has more. */
const LONGEST_PAGE = 10_000;

const MINUTES_PER_HOUR = HOUR_MS / MINUTE_MS;

/** The summary store's table, its clock, and how long it keeps a summary after its minute. */
interface SummaryStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Minutes in the home region's `summaries` table; what they become is in `period-store.ts`. */
export function createSummaryStore(setup: SummaryStoreSetup): SummaryStore {
  return {
    async putSummaries(summaries) {
      const refused: string[] = [];
      for (let at = 0; at < summaries.length; at += ITEMS_AT_ONCE) {
        refused.push(...(await putSome(setup, summaries.slice(at, at + ITEMS_AT_ONCE))));
      }
      return refused;
    },

    async readSummaries(taskNames, periodStartMs) {
      const keys = taskNames.map((name) => marshall(keyOf(name, periodStartMs)));
      const found = (await readBatches(setup, keys)).flatMap(readItem);
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
      const keys = periodStartsMs
        .filter((startMs) => !known.has(startMs))
        .map((startMs) => marshall(keyOf(taskName, startMs)));
      return [...packed, ...(await readBatches(setup, keys)).flatMap(readItem)];
    },

    async replaceSummary(summary, heldRev) {
      const key = keyOf(summary.taskName, summary.periodStartMs);
      const item = itemOf(summary, setup);
      if (item === null) return "refused";
      const isHot = summary.periodStartMs + setup.keepMs > setup.now();
      try {
        return await putVersioned(setup, key, { item, condition: conditionFor(heldRev, isHot) });
      } catch (error) {
        if (refusalOf(error) !== null) return "refused";
        throw error;
      }
    },

    async readHour(taskName, startMs) {
      const span = {
        sinceMs: startMs,
        untilMs: startMs + HOUR_MS,
        limit: Number.POSITIVE_INFINITY,
      };
      return (await readSpan(setup, taskName, { ...span, consistent: true })).reverse();
    },

    readLatest: (taskName, span) => readSpan(setup, taskName, { ...span, consistent: false }),
  };
}

interface Span {
  readonly sinceMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
  readonly consistent: boolean;
}

/** Minutes are items of their own while they are hot, and then in their hours. Some are in both. */
async function readSpan(
  setup: SummaryStoreSetup,
  taskName: string,
  span: Span,
): Promise<Summary[]> {
  const found: Summary[] = [];
  if (span.sinceMs >= span.untilMs) return found;
  const minutes = mergeNewestFirst(
    ownMinutes(setup, taskName, span),
    packedMinutes(setup, taskName, span),
  );
  for await (const summary of minutes) {
    found.push(summary);
    if (found.length >= span.limit) break;
  }
  return found;
}

async function* ownMinutes(
  setup: SummaryStoreSetup,
  taskName: string,
  span: Span,
): AsyncGenerator<Summary> {
  for await (const item of itemsIn(setup, taskName, span)) yield* readItem(item);
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

/** Returns the tasks whose summary can't be stored. */
async function putSome(setup: SummaryStoreSetup, summaries: readonly Summary[]): Promise<string[]> {
  const items = summaries.map((summary) => itemOf(summary, setup));
  const refused = new Set(
    await writeBatches(
      setup,
      items.filter((item) => item !== null),
    ),
  );
  return summaries.flatMap(({ taskName }, i) => {
    const item = items[i] ?? null;
    return item === null || refused.has(item) ? taskName : [];
  });
}

function keyOf(taskName: string, periodStartMs: EpochMs) {
  return { task_name: taskName, period_start: toEpochSeconds(periodStartMs) };
}

/**
 * Null if a figure is none that an item can hold. A minute that is written late is kept for a day at
 * least, in which it reaches its hour.
 */
function itemOf(summary: Summary, { keepMs, now }: SummaryStoreSetup): Item | null {
  try {
    const item = marshall(toSummaryItem(summary));
    const expiresAtMs = Math.max(summary.periodEndMs + keepMs, now() + DAY_MS);
    return { ...item, ...expiryAttribute(expiresAtMs) };
  } catch {
    return null;
  }
}

/** A summary that can't be read, or that a later version wrote, must not hide the others. */
function readItem(item: Item): Summary[] {
  try {
    return [parseSummaryItem(toPlainItem(item))];
  } catch {
    return [];
  }
}

/** What was read of a minute that is not hot any more may be of its hour. */
function conditionFor(heldRev: number | null, isHot: boolean): Condition {
  const isFree = "attribute_not_exists(task_name)";
  if (heldRev === null) return { expression: isFree };
  const isHeld = "rev = :held";
  return {
    expression: isHot ? isHeld : `${isFree} OR ${isHeld}`,
    values: { ":held": heldRev },
  };
}
