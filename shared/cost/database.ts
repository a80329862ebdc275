import { STORED_ITEM_OVERHEAD_BYTES } from "../item-size.ts";
import { sumOf } from "../sum-of.ts";
import { type CostFleet, TERMS_A_QUERY } from "./load.ts";
import { BYTES_PER_GB, MINUTES_PER_MONTH, type PriceName, type Quantity } from "./prices.ts";
import { classPrices, type SummaryTable, summaryStorage, summaryTableOf } from "./table-class.ts";
import { unitLines } from "./unit-lines.ts";
import type { Usage } from "./usage.ts";

const MINUTES_PER_DAY = 1_440;

/** The size of a chunk on the network, as base64 in JSON, to its own. */
const WIRE_GROWTH = 4 / 3;

/** The lines for what is written, read, stored and transferred between regions. */
export function databaseLines(fleet: CostFleet, usage: Usage): Quantity[] {
  const transferred: Quantity = {
    service: "Data transfer",
    what: "chunks from other regions to home",
    price: "transfer",
    quantity: (transferBytes(fleet, usage) * MINUTES_PER_MONTH) / BYTES_PER_GB,
  };
  const summaryTable = summaryTableOf(fleet, usage.summaries);
  return [
    ...unitLines(usage, summaryTable),
    ...storageLines(fleet, usage, summaryTable),
    transferred,
  ];
}

function storageLines(fleet: CostFleet, usage: Usage, { tableClass }: SummaryTable): Quantity[] {
  const prices = classPrices(tableClass);
  const results = { what: "results", days: fleet.resultDays, gb: resultGb(fleet, usage) };
  const line = (price: PriceName, { what, days, gb }: typeof results): Quantity => ({
    service: "DynamoDB",
    what: `storage: ${what} of ${days} days`,
    price,
    quantity: gb,
  });
  return [
    ...summaryStorage(fleet, usage.summaries).map((one) => line(prices.storage, one)),
    line("dynamodbStorage", results),
  ];
}

function resultGb({ resultDays }: CostFleet, { shards }: Usage): number {
  const bytesAMinute = sumOf(
    shards,
    (shard) => shard.chunkBytes + shard.chunkCount * STORED_ITEM_OVERHEAD_BYTES,
  );
  return (bytesAMinute * MINUTES_PER_DAY * resultDays) / BYTES_PER_GB;
}

/** The aggregator at home reads each chunk about three times. */
function transferBytes({ home }: CostFleet, { shards }: Usage): number {
  // An agent's tables are at home.
  const remote = shards.filter(({ region, memoryMb }) => region !== home && memoryMb > 0);
  return sumOf(remote, ({ chunkBytes }) => chunkBytes * TERMS_A_QUERY * WIRE_GROWTH);
}
