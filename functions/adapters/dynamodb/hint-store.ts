import { marshall } from "@aws-sdk/util-dynamodb";
import {
  type DurationMs,
  type EpochMs,
  isRegionName,
  MINUTE_MS,
  toIso,
} from "../../../shared/units.ts";
import type { HintedTurn, HintStore } from "../../ports/hint-store.ts";
import { toPlainItem } from "./plain-item.ts";
import { expiryAttribute } from "./stored-item.ts";
import { type Item, putItem, queryItems, type TableSetup } from "./table.ts";

/** The hints of so long are in one partition, and two of them are read. */
const SPAN_MS: DurationMs = 5 * MINUTE_MS;

/** The hint store's table and its clock. */
interface HintStoreSetup extends TableSetup {
  readonly now: () => EpochMs;
}

/** Hints in the home region's `alerts` table, for as long as they are of use. */
export function createHintStore(setup: HintStoreSetup): HintStore {
  return {
    async noteHint({ region, shard, turns = [] }) {
      const nowMs = setup.now();
      const named = turns.map(({ task, isDown }) => ({ task_name: task.name, down: isDown }));
      const key = { pk: spanKey(nowMs), sk: `${toIso(nowMs)}#${region}#${shard}` };
      const item = marshall({ ...key, region, at_ms: nowMs, turns: named });
      await putItem(setup, { ...item, ...expiryAttribute(nowMs + 2 * SPAN_MS) });
    },

    async readTurns() {
      const nowMs = setup.now();
      const spans = [spanKey(nowMs - SPAN_MS), spanKey(nowMs)];
      return (await Promise.all(spans.map((span) => readSpan(setup, span)))).flat();
    },
  };
}

function spanKey(atMs: EpochMs): string {
  return `hint#${toIso(atMs - (atMs % SPAN_MS))}`;
}

async function readSpan(setup: TableSetup, pk: string): Promise<HintedTurn[]> {
  const turns: HintedTurn[] = [];
  const query = { keys: "pk = :pk", values: { ":pk": pk }, consistent: true };
  for await (const item of queryItems(setup, query)) turns.push(...turnsOf(item));
  return turns;
}

/** What can't be read of it is left out: a hint decides nothing. */
function turnsOf(item: Item): HintedTurn[] {
  const { region, at_ms: atMs, turns } = toPlainItem(item);
  if (!isRegionName(region) || typeof atMs !== "number" || !Array.isArray(turns)) return [];
  return turns.flatMap((turn) => {
    const { task_name: taskName, down: isDown } = Object(turn);
    const isTurn = typeof taskName === "string" && typeof isDown === "boolean";
    return isTurn ? { region, taskName, isDown, atMs } : [];
  });
}
