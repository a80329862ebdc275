import { sumOf } from "../sum-of.ts";
import { AGGREGATE_SECONDS, HOME_MEMORY_MB } from "./functions.ts";
import { chunkReads } from "./load.ts";
import { MINUTES_PER_MONTH, type Quantity } from "./prices.ts";
import type { Usage } from "./usage.ts";

const MB_PER_GB = 1_024;

/** One lost check in a thousand: what a healthy fleet on the public internet sees. */
const USUAL_LOSS = 0.001;

/** How much longer a probe runs for a check that it makes again at the end of its term. */
const RECHECK_TAIL_SECONDS = 3;

/** A lost check changes the stored state of its task once. */
const WRITES_A_LOSS = 1;

/** How often a region of a task turns in a month (bench/alerts): each is one hint, and at most one look. */
const TURNS_A_TASK_MONTH = 24;

/** A look judges what has come in since the last closed minute. */
const MINUTES_A_LOOK = 2;

/** Reads of a look beside the chunks: the partitions of the states, the watermark, plans and leases. */
const READS_A_LOOK = 17;

/** The lines for what makes alerts sooner and surer: checks that are made again, hints and looks. */
export function alertLines(taskCount: number, usage: Usage): Quantity[] {
  return [...recheckLines(usage), ...hintLines(taskCount, usage)];
}

function recheckLines({ shards, checks }: Usage): Quantity[] {
  const seconds = sumOf(shards, ({ samples, memoryMb }) => {
    const isExtended = 1 - (1 - USUAL_LOSS) ** samples;
    return (isExtended * RECHECK_TAIL_SECONDS * memoryMb) / MB_PER_GB;
  });
  return [
    {
      service: "Lambda",
      what: `rechecks, ${USUAL_LOSS * 100} % of checks lost`,
      price: "lambdaCompute",
      quantity: seconds * MINUTES_PER_MONTH,
    },
    {
      service: "DynamoDB",
      what: "writes: states after lost checks",
      price: "dynamodbWrites",
      quantity: checks * USUAL_LOSS * WRITES_A_LOSS * MINUTES_PER_MONTH,
    },
  ];
}

function hintLines(taskCount: number, { shards, checks }: Usage): Quantity[] {
  const looks = taskCount * TURNS_A_TASK_MONTH;
  const seconds = AGGREGATE_SECONDS.base + MINUTES_A_LOOK * checks * AGGREGATE_SECONDS.perSample;
  const reads = READS_A_LOOK + MINUTES_A_LOOK * sumOf(shards, chunkReads) + 3 * shards.length;
  return [
    {
      service: "Lambda",
      what: "hints: looks at what has turned",
      price: "lambdaCompute",
      quantity: (looks * seconds * HOME_MEMORY_MB.aggregate) / MB_PER_GB,
    },
    {
      service: "DynamoDB",
      what: "reads: looks at what has turned",
      price: "dynamodbReads",
      quantity: looks * reads,
    },
  ];
}
