import { randomUUID } from "node:crypto";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { NextBurst } from "../../../shared/request/request.ts";
import { LEASE_TERM_MS } from "../../../shared/slot/slot.ts";
import type { BurstStore } from "../../ports/burst-relay.ts";
import { toPlainItem } from "./plain-item.ts";
import { getItem, putVersioned, type TableSetup } from "./table.ts";

/**
 * An item serves every eighth term of a shard, so none has to expire. The queue keeps no message that
 * long. Two terms may be under way at once, because an invocation may come early.
 */
const ITEMS = 8;

/** The last burst of each term, under `lease#<shard>`, `burst#<n>` in a region's `results` table. */
export function createBurstStore(setup: TableSetup): BurstStore {
  return {
    async takeBurst(next) {
      const { termFromMs, fromMs } = next;
      const key = keyOf(next);
      const burst = { term_from_ms: termFromMs, from_ms: fromMs };
      // The random mark tells a request that the SDK sent twice from a rival.
      const item = marshall({ ...key, ...burst, mark: randomUUID() });
      const condition = {
        expression: "attribute_not_exists(pk) OR term_from_ms <> :term OR from_ms < :from",
        values: { ":term": termFromMs, ":from": fromMs },
      };
      const put = await putVersioned(setup, key, { item, condition });
      return put === "stored" ? "taken" : "lost";
    },

    async isTaken(next) {
      const item = await getItem(setup, keyOf(next));
      if (item === null) return false;
      const { term_from_ms: termFromMs, from_ms: fromMs } = toPlainItem(item);
      return termFromMs === next.termFromMs && Number(fromMs) >= next.fromMs;
    },
  };
}

function keyOf({ shard, termFromMs }: NextBurst): { pk: string; sk: string } {
  const number = Math.floor(termFromMs / LEASE_TERM_MS) % ITEMS;
  return { pk: `lease#${shard}`, sk: `burst#${number}` };
}
