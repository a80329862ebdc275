import type { SeenResult } from "../../local/view/board.ts";
import { itemSize, readUnits, writeUnits } from "../../shared/item-size.ts";
import { toRawMetric } from "../../shared/result/result.ts";
import { startOfMinute } from "../../shared/units.ts";

export interface AttemptUnits {
  readonly writes: number;
  readonly reads: number;
}

/**
 * What the results of a run would have cost as an item each: one write an attempt, and one query a
 * task, region and minute to sum them up. Everything else of the fleet is left as it is.
 */
export function attemptUnits(results: readonly SeenResult[]): AttemptUnits {
  const items = results.map((seen) => ({ ...placeOf(seen), bytes: sizeOf(seen) }));
  const byQuery = Map.groupBy(items, ({ query }) => query);
  const reads = [...byQuery.values()].map((own) =>
    readUnits(
      own.reduce((sum, { bytes }) => sum + bytes, 0),
      "eventual",
    ),
  );
  return {
    writes: items.reduce((sum, { bytes }) => sum + writeUnits(bytes), 0),
    reads: reads.reduce((sum, units) => sum + units, 0),
  };
}

function placeOf({ region, task, result }: SeenResult): { readonly query: string } {
  return { query: `${region} ${startOfMinute(result.slotAtMs)} ${task.name}` };
}

function sizeOf({ region, task, result }: SeenResult): number {
  const key = { pk: `${task.name}#${region}`, sk: result.slotAtMs };
  return itemSize({ ...key, ...toRawMetric(region, task, result), expires_at: 1_734_560_100 });
}
