import { sumOf } from "../sum-of.ts";
import type { Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS } from "../units.ts";
import { AGGREGATE_SECONDS, HOME_MEMORY_MB } from "./functions.ts";
import { chunkReads } from "./load.ts";
import { MINUTES_PER_MONTH, type PriceName, type Quantity } from "./prices.ts";
import { USUAL_LOSS, writesALoss } from "./records.ts";
import type { Usage } from "./usage.ts";

const MB_PER_GB = 1_024;

/** How much longer a probe runs for a check that it makes again at the end of its term. */
const RECHECK_TAIL_SECONDS = 3;

/** How often a region's health of a task turns in a month of bench/alerts: 10 times at 15 s, 6 at 30 s and more. Each is one hint. */
const HINTS_A_TASK_REGION = 10;

/** How many of a task's hints a month complete a quorum, or end one (the same months, at 15 s; none at 30 s). */
const LOOKS_A_TASK = 5;

/** To weigh a hint: two rounds of small calls at home. */
const HINT_SECONDS = 0.1;

/** The hint itself; the hints of the last minutes, the watermark, the fleet's record, the task's state. */
const WRITES_A_HINT = 1;
const READS_A_HINT = 6;

/** A look judges what has come in since the last closed minute. */
const MINUTES_A_LOOK = 2;

/** To unpack a sample of which the task is not looked at (bench/codec, with as much for the network). */
const LOOK_SECONDS_A_SAMPLE = 1 / 300_000;

/** A look reads the watermark once to know what is listed and once to begin, beside records and chunks. */
const WATERMARK_READS = 2;

/** The lines for what makes alerts sooner and surer: checks that are made again, hints and looks. */
export function alertLines(tasks: readonly Task[], usage: Usage): Quantity[] {
  return [...recheckLines(tasks, usage), ...(tasks.length > 0 ? hintLines(tasks, usage) : [])];
}

function recheckLines(tasks: readonly Task[], { shards, checks, summaries }: Usage): Quantity[] {
  const regionCount = summaries.periods.taskRegions / Math.max(1, tasks.length);
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
      quantity: checks * USUAL_LOSS * writesALoss(regionCount) * MINUTES_PER_MONTH,
    },
  ];
}

function hintLines(tasks: readonly Task[], usage: Usage): Quantity[] {
  const { shards, summaries } = usage;
  const hints = summaries.periods.taskRegions * HINTS_A_TASK_REGION;
  const ofTask = ({ scheduleMs }: Task) => looksOf(scheduleMs, hints / tasks.length);
  const looks = sumOf(tasks, ofTask);
  const records = sumOf(tasks, (task) => ofTask(task) * recordsOf(task, usage));
  // Of each region one shard has the task.
  const isRead = 1 / Math.max(1, shards.length / new Set(shards.map(({ region }) => region)).size);
  const samples = MINUTES_A_LOOK * sumOf(shards, (shard) => shard.samples) * isRead;
  const lookSeconds = AGGREGATE_SECONDS.base + samples * LOOK_SECONDS_A_SAMPLE;
  const chunks = MINUTES_A_LOOK * sumOf(billedByRead(usage), chunkReads) * isRead;
  const lookReads = WATERMARK_READS + chunks + 3 * shards.length;
  const seconds = hints * HINT_SECONDS + looks * lookSeconds;
  const lines: readonly [Quantity["service"], string, PriceName, number][] = [
    [
      "Lambda",
      "hints, and looks",
      "lambdaCompute",
      (seconds * HOME_MEMORY_MB.aggregate) / MB_PER_GB,
    ],
    ["Lambda", "hints: requests", "lambdaRequests", hints],
    ["DynamoDB", "writes: hints", "dynamodbWrites", hints * WRITES_A_HINT],
    [
      "DynamoDB",
      "reads: hints, and looks",
      "dynamodbReads",
      hints * READS_A_HINT + looks * lookReads + records,
    ],
  ];
  return lines.map(([service, what, price, quantity]) => ({ service, what, price, quantity }));
}

/** Provisioned capacity has room for what looks read. */
function billedByRead({ shards, results }: Usage): Usage["shards"] {
  return shards.filter(({ region }) => results.get(region)?.throughput === null);
}

/** Units for the records of a look: tasks of minutes are never named. */
function recordsOf({ scheduleMs }: Task, { namedReads, recordReads }: Usage): number {
  return scheduleMs > MINUTE_MS ? recordReads : (namedReads ?? recordReads);
}

/** A task of one region, or of minutes, is looked at by each hint. */
function looksOf(scheduleMs: DurationMs, hints: number): number {
  const isAlways = scheduleMs > MINUTE_MS || hints <= HINTS_A_TASK_REGION;
  return isAlways ? hints : Math.min(hints, LOOKS_A_TASK);
}
