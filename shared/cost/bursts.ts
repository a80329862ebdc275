import type { WatchMode } from "../contract.ts";
import { BURST_LEAD_MS, LEAST_GAP_MS, type ShardTasks, spansOf } from "../plan/plan.ts";
import { LEASE_TERM_MS, SPREAD_MS } from "../slot/slot.ts";
import { sumOf } from "../sum-of.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../units.ts";
import {
  BYTES_PER_GB,
  MB_PER_GB,
  MINUTES_PER_MONTH,
  PRICES,
  priceOf,
  type Quantity,
} from "./prices.ts";

/** What a shard of tasks under a minute does in an average minute, if it hands over between its bursts. */
export interface BurstLoad {
  readonly messageCount: number;
  readonly runSeconds: number;
}

/** How long the probe is awake beside a burst: the message comes early, and the last flush takes its time. */
const BESIDE_MS: DurationMs = BURST_LEAD_MS + SECOND_MS / 2 + 0.4 * SECOND_MS;

/** A term's own invocation that hands all of it over at once. */
const HAND_OVER_SECONDS = 0.2;

/** So many minutes show how bursts of different periods meet. */
const SHOWN_MS: DurationMs = 20 * MINUTE_MS;

/** The probe's line for a burst, and Lambda's own two, which `lean` has not. */
const LOG_BYTES_A_MESSAGE = { full: 1_650, lean: 440 } as const;

/** A message is sent, received and deleted. */
const REQUESTS_A_MESSAGE = 3;

/**
 * Five long polls of 20 s at any time ask an idle queue.
 * Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
 */
const POLLS_A_MINUTE = 15;

/**
 * Lambda asks a queue with five polls at first, and a shard's bursts begin with those of the others: with
 * more shards some would wait.
 */
const MOST_SHARDS = 5;

/** What one shard of a region has to do. */
export interface BurstShard {
  readonly region: { readonly memoryMb: number; readonly bursts?: true; readonly alwaysOn?: true };
  readonly tasks: ShardTasks["tasks"];
}

/** Null if the shard waits for its next checks. */
export function burstLoadOf({ region, tasks }: BurstShard): BurstLoad | null {
  const { burstMs, spreadMs = SPREAD_MS } = spansOf({ region, tasks });
  if (burstMs === undefined) return null;
  const periods = new Set(tasks.map(({ scheduleMs }) => scheduleMs));
  const short = [...periods].filter((periodMs) => periodMs < LEASE_TERM_MS);
  const begins = short.flatMap((periodMs) => multiplesOf(periodMs));
  const bursts = mergeSpans(begins.map((fromMs) => ({ fromMs, toMs: fromMs + burstMs })));
  const minutes = SHOWN_MS / MINUTE_MS;
  const awakeMs = sumOf(bursts, ({ fromMs, toMs }) => toMs - fromMs + BESIDE_MS) / minutes;
  const hasMinutes = short.length < periods.size;
  const beginSeconds = hasMinutes ? (spreadMs + BESIDE_MS) / SECOND_MS : HAND_OVER_SECONDS;
  return {
    messageCount: bursts.length / minutes,
    runSeconds: Math.min(LEASE_TERM_MS, awakeMs) / SECOND_MS + beginSeconds,
  };
}

interface Span {
  readonly fromMs: DurationMs;
  readonly toMs: DurationMs;
}

function multiplesOf(periodMs: DurationMs): DurationMs[] {
  return Array.from({ length: Math.floor(SHOWN_MS / periodMs) }, (_, i) => i * periodMs);
}

/** Between bursts that are close to each other the probe waits. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || span.fromMs - last.toMs >= LEAST_GAP_MS) merged.push(span);
    else merged.splice(-1, 1, { ...last, toMs: Math.max(last.toMs, span.toMs) });
  }
  return merged;
}

/** What messages cost, and queues that wait for some; no line where there are none. */
export function burstLines(
  regions: readonly { readonly bursts?: true }[],
  loads: readonly (BurstLoad | null)[],
  watch: WatchMode,
): Quantity[] {
  const queueCount = regions.filter(({ bursts }) => bursts).length;
  if (queueCount === 0) return [];
  const messages = sumOf(loads, (load) => load?.messageCount ?? 0) * MINUTES_PER_MONTH;
  const polls = queueCount * POLLS_A_MINUTE * MINUTES_PER_MONTH;
  const sqs = { service: "SQS", price: "sqsRequests" } as const;
  return [
    { ...sqs, what: "messages that bring the next burst", quantity: messages * REQUESTS_A_MESSAGE },
    { ...sqs, what: "polling of the queues", quantity: polls },
    { service: "Lambda", what: "requests for bursts", price: "lambdaRequests", quantity: messages },
    {
      service: "CloudWatch",
      what: "logs of bursts",
      price: "logs",
      quantity: (messages * LOG_BYTES_A_MESSAGE[watch]) / BYTES_PER_GB,
    },
  ];
}

/** What taking a burst costs, which is in the lines of the database. */
const DOLLARS_A_TAKE =
  priceOf(PRICES.prices.dynamodbWrites, 1) + priceOf(PRICES.prices.dynamodbReads, 2);

/** Whether a queue in a region costs less than it saves, and is fast enough, if its shards have such tasks each. */
export function burstsPay(
  { memoryMb, shards }: { readonly memoryMb: number; readonly shards: number },
  tasks: ShardTasks["tasks"],
): boolean {
  const load = burstLoadOf({ region: { memoryMb, bursts: true }, tasks });
  if (load === null || shards > MOST_SHARDS) return false;
  const savedSeconds = LEASE_TERM_MS / SECOND_MS - load.runSeconds;
  const saved = savedSeconds * (memoryMb / MB_PER_GB) * shards * MINUTES_PER_MONTH;
  const lines = burstLines([{ bursts: true }], Array(shards).fill(load), "full");
  const paid = sumOf(lines, ({ price, quantity }) => priceOf(PRICES.prices[price], quantity));
  const takes = load.messageCount * shards * MINUTES_PER_MONTH * DOLLARS_A_TAKE;
  return priceOf(PRICES.prices.lambdaCompute, saved) > paid + takes;
}
