import { marshall } from "@aws-sdk/util-dynamodb";
import { parseSummaryItem, type Summary, toSummaryItem } from "../../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, SECOND_MS, toEpochSeconds } from "../../../shared/units.ts";
import type { SummaryStore } from "../../ports/summary-store.ts";
import { type BatchSetup, readBatches, writeBatches } from "./batches.ts";
import { toPlainItem } from "./plain-item.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Condition, type Item, putVersioned, queryItems, refusalOf } from "./table.ts";

/** Ten thousand items of ten regions would take a hundred megabytes of memory. */
const ITEMS_AT_ONCE = 1_000;

/** A page ends at a megabyte before it has more. */
const LONGEST_PAGE = 10_000;

/** The summary store's table, its clock, and how long it keeps a summary after its minute. */
interface SummaryStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Summaries in the home region's `summaries` table. */
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
      return (await readBatches(setup, keys)).flatMap(readItem);
    },

    async readMinutes(taskName, periodStartsMs) {
      const keys = periodStartsMs.map((startMs) => marshall(keyOf(taskName, startMs)));
      return (await readBatches(setup, keys)).flatMap(readItem);
    },

    async replaceSummary(summary, heldRev) {
      const key = keyOf(summary.taskName, summary.periodStartMs);
      const item = itemOf(summary, setup.keepMs);
      if (item === null) return "refused";
      try {
        return await putVersioned(setup, key, { item, condition: conditionFor(heldRev) });
      } catch (error) {
        if (refusalOf(error) !== null) return "refused";
        throw error;
      }
    },

    async readLatest(taskName, { sinceMs, untilMs, limit }) {
      const found: Summary[] = [];
      if (sinceMs >= untilMs) return found;
      const items = queryItems(setup, {
        keys: "task_name = :name AND period_start BETWEEN :first AND :last",
        values: {
          ":name": taskName,
          ":first": Math.ceil(sinceMs / SECOND_MS),
          ":last": Math.ceil(untilMs / SECOND_MS) - 1,
        },
        newestFirst: true,
        pageSize: Math.min(limit, LONGEST_PAGE),
      });
      for await (const item of items) {
        if (!isExpired(item, setup.now())) found.push(...readItem(item));
        if (found.length >= limit) break;
      }
      return found;
    },
  };
}

/** Returns the tasks whose summary can't be stored. */
async function putSome(setup: SummaryStoreSetup, summaries: readonly Summary[]): Promise<string[]> {
  const items = summaries.map((summary) => itemOf(summary, setup.keepMs));
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

/** Null if a figure is none that an item can hold. */
function itemOf(summary: Summary, keepMs: DurationMs): Item | null {
  try {
    const item = marshall(toSummaryItem(summary));
    return { ...item, ...expiryAttribute(summary.periodEndMs + keepMs) };
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

function conditionFor(heldRev: number | null): Condition {
  if (heldRev === null) return { expression: "attribute_not_exists(task_name)" };
  return { expression: "rev = :held", values: { ":held": heldRev } };
}
