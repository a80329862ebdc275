import { METRICS } from "../contract.ts";
import { sumOf } from "../sum-of.ts";
import type { CostFleet, ShardLoad } from "./load.ts";
import { BYTES_PER_GB, MINUTES_PER_MONTH, type Quantity } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** A question is 48 bytes, with 28 of UDP and IPv4; answers come in for nothing. */
const QUESTION_BYTES = 48 + 28;

/** A poll at the beginning of a term, and one more if the probe runs for the whole minute. */
const QUESTIONS_A_POLL = 3;

/** What the four figures add to a log line, and what makes metrics of them. */
const LOG_BYTES = { full: 280, lean: 110 } as const;

/** The lines for what the regions' clocks cost beside everything else; none if no server is asked. */
export function clockLines(fleet: CostFleet, { shards }: Usage): Quantity[] {
  if (fleet.clockServer === null) return [];
  const questions = sumOf(shards, questionsOf);
  const gbOf = (bytesAMinute: number) => (bytesAMinute * MINUTES_PER_MONTH) / BYTES_PER_GB;
  const metrics: Quantity = {
    service: "CloudWatch",
    what: "clocks: metrics",
    price: "metrics",
    quantity: Object.keys(METRICS.clock).length * fleet.regions.length,
  };
  return [
    ...(fleet.watch === "full" ? [metrics] : []),
    {
      service: "CloudWatch",
      what: "clocks: logs",
      price: "logs",
      quantity: gbOf(shards.length * LOG_BYTES[fleet.watch]),
    },
    {
      service: "Data transfer",
      what: "clocks: questions to the time server",
      price: "internet",
      quantity: gbOf(questions * QUESTION_BYTES),
    },
  ];
}

function questionsOf({ hasSubMinute }: ShardLoad): number {
  return hasSubMinute ? 2 * QUESTIONS_A_POLL : QUESTIONS_A_POLL;
}
