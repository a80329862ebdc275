import { sumOf } from "../sum-of.ts";
import type { CostFleet } from "./load.ts";
import { MINUTES_PER_MONTH, type Quantity } from "./prices.ts";

/** Each process of a probe keeps a secret for an hour; a shard's terms overlap, so it has two processes. */
const READS_A_MONTH = (2 * MINUTES_PER_MONTH) / 60;

/** The line for reading secrets; none if the fleet lists none that cost something. Parameter Store's are free. */
export function secretLines({ secrets, regions }: CostFleet): Quantity[] {
  const priced = secrets.filter((reference) => reference.startsWith("secretsmanager:"));
  if (priced.length === 0) return [];
  const shards = sumOf(regions, (region) => region.shards);
  const quantity = priced.length * shards * READS_A_MONTH;
  return [{ service: "Secrets Manager", what: "secrets: reads", price: "secretReads", quantity }];
}
