import { isDeepStrictEqual } from "node:util";
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { parseSummaryItem, type Summary, toSummaryItem } from "../../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, SECOND_MS, toEpochSeconds } from "../../../shared/units.ts";
import type { SummaryStore } from "../../ports/summary-store.ts";
import { type Item, queryPages } from "./query-pages.ts";
import { readBatches } from "./read-batches.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type BatchSetup, writeBatches } from "./write-batches.ts";

/** Ten thousand items of ten regions would take a hundred megabytes, and longer to be collected. */
const ITEMS_AT_ONCE = 1_000;

export interface SummaryStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  /** How long a summary is kept after its minute. */
  readonly keepMs: DurationMs;
}

/** Summaries in the home region's `summaries` table. */
export function createSummaryStore(setup: SummaryStoreSetup): SummaryStore {
  const { client, table } = setup;
  return {
    async putSummaries(summaries) {
      for (let at = 0; at < summaries.length; at += ITEMS_AT_ONCE) {
        const some = summaries.slice(at, at + ITEMS_AT_ONCE);
        await writeBatches(
          setup,
          some.map((summary) => itemOf(summary, setup.keepMs)),
        );
      }
    },

    async readSummaries(taskNames, periodStartMs) {
      const keys = taskNames.map((name) => keyOf(name, periodStartMs));
      return (await readBatches(setup, keys)).flatMap(readItem);
    },

    async replaceSummary(summary, heldRev) {
      const Item = itemOf(summary, setup.keepMs);
      try {
        await client.send(new PutItemCommand({ TableName: table, Item, ...conditionFor(heldRev) }));
        return "stored";
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
      // The SDK sends a request again whose answer was lost: then ours is already stored.
      const stored = await readBatches(setup, [keyOf(summary.taskName, summary.periodStartMs)]);
      return isDeepStrictEqual(stored.flatMap(readItem), readItem(Item)) ? "stored" : "lost";
    },

    async readLatest(taskName, { sinceMs, untilMs, limit }) {
      const found: Summary[] = [];
      if (sinceMs >= untilMs) return found;
      const items = queryPages(client, {
        TableName: table,
        KeyConditionExpression: "task_name = :name AND period_start BETWEEN :first AND :last",
        ExpressionAttributeValues: marshall({
          ":name": taskName,
          ":first": Math.ceil(sinceMs / SECOND_MS),
          ":last": Math.ceil(untilMs / SECOND_MS) - 1,
        }),
        ScanIndexForward: false,
        Limit: limit,
      });
      for await (const item of items) {
        if (!isExpired(item, setup.now())) found.push(...readItem(item));
        if (found.length >= limit) break;
      }
      return found;
    },
  };
}

function keyOf(taskName: string, periodStartMs: EpochMs): Item {
  return marshall({ task_name: taskName, period_start: toEpochSeconds(periodStartMs) });
}

function itemOf(summary: Summary, keepMs: DurationMs): Item {
  return { ...marshall(toSummaryItem(summary)), ...expiryAttribute(summary.periodEndMs + keepMs) };
}

/** One damaged or later-made item hides nothing but itself. */
function readItem(item: Item): Summary[] {
  try {
    return [parseSummaryItem(unmarshall(item))];
  } catch {
    return [];
  }
}

function conditionFor(heldRev: number | null): Partial<PutItemCommandInput> {
  if (heldRev === null) return { ConditionExpression: "attribute_not_exists(task_name)" };
  return {
    ConditionExpression: "rev = :held",
    ExpressionAttributeValues: marshall({ ":held": heldRev }),
  };
}
