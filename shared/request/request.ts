import { findWrongField } from "../plan/plan.ts";
import type { RawMetricTcp } from "../result/result.ts";
import { lackingNeeds, type Task } from "../task/task.ts";
import {
  type DurationMs,
  type EpochMs,
  isRegionName,
  type RegionName,
  SECOND_MS,
} from "../units.ts";

/** A region tells home that a task turned there, so that home looks now. */
export interface Hint {
  readonly region: RegionName;
  readonly shard: number;
  readonly atMs: EpochMs;
  /** What turned; absent if home is to look in any case, as earlier versions ask for. */
  readonly turns?: readonly Turn[];
}

/** A task that went down or came up in a region. */
export interface Turn {
  readonly task: Task;
  readonly isDown: boolean;
}

/** Where more turn at once, home looks in any case. */
export const MOST_TURNS = 20;

/** Home or a user asks the probe of a shard to check some of its tasks now. */
export interface CheckRequest {
  /** The same for each delivery of one request. */
  readonly id: string;
  readonly shard: number;
  readonly taskNames: readonly string[];
  readonly atMs: EpochMs;
}

/** Somebody asks a probe to check a task now, which needs no plan, and waits for the answer. */
export interface AskedCheck {
  /** In the probe's log line. */
  readonly id: string;
  readonly task: Task;
}

/** The answer of a probe that was asked for a single check. */
export type CheckAnswer = { readonly region: RegionName } & (
  | { readonly record: RawMetricTcp }
  | { readonly error: string }
);

/** The rest of a lease term, which a probe hands over between two bursts. */
export interface NextBurst {
  readonly shard: number;
  readonly termFromMs: EpochMs;
  /** The first slot of the rest. */
  readonly fromMs: EpochMs;
  /** The number of the next chunk. */
  readonly part: number;
}

/** How old a request may be. One from further ahead is of another clock, and as useless. */
const REQUEST_LIFE_MS: DurationMs = 30 * SECOND_MS;

/** Whether a request still asks for the present. */
export function isFresh({ atMs }: Pick<CheckRequest, "atMs">, nowMs: EpochMs): boolean {
  return Math.abs(nowMs - atMs) <= REQUEST_LIFE_MS;
}

/** The event that brings a hint to home. */
export function printHint({ region, shard, atMs, turns }: Hint): object {
  return { hint: { region, shard, at_ms: atMs, ...(turns && { turns: turns.map(printTurn) }) } };
}

function printTurn({ task, isDown }: Turn): object {
  return { task, down: isDown };
}

/** Reads the hint of an event; null if the event is none. Throws if it is one that can't be read. */
export function parseHint(event: unknown): Hint | null {
  const { hint } = fieldsOf(event);
  if (hint === undefined) return null;
  const { region, shard, at_ms: atMs, turns: printed } = fieldsOf(hint);
  if (isRegionName(region) && isCount(shard) && isInstant(atMs)) {
    const turns = parseTurns(printed);
    return { region, shard, atMs, ...(turns !== null && { turns }) };
  }
  const form = '{ "hint": { "region": <name>, "shard": <whole number>, "at_ms": <instant> } }';
  throw new Error(`The event must be ${form}, is ${JSON.stringify(event)}`);
}

/** Null unless all of them can be read: then home looks. */
function parseTurns(printed: unknown): readonly Turn[] | null {
  if (!Array.isArray(printed) || printed.length === 0 || printed.length > MOST_TURNS) return null;
  const turns = printed.map(fieldsOf).flatMap(({ task, down }) => {
    const isUsable = findWrongField(task) === null && lackingNeeds(task as Task).length === 0;
    return isUsable && typeof down === "boolean" ? { task: task as Task, isDown: down } : [];
  });
  return turns.length === printed.length ? turns : null;
}

/** The event that brings a request to a probe. */
export function printCheckRequest({ id, shard, taskNames, atMs }: CheckRequest): object {
  return { request: { id, shard, task_names: taskNames, at_ms: atMs } };
}

/** Reads the request of an event; null if the event is none. Throws if it is one that can't be read. */
export function parseCheckRequest(event: unknown): CheckRequest | null {
  const { request } = fieldsOf(event);
  if (request === undefined) return null;
  const { id, shard, task_names: taskNames, at_ms: atMs } = fieldsOf(request);
  if (typeof id === "string" && isCount(shard) && isTexts(taskNames) && isInstant(atMs)) {
    return { id, shard, taskNames, atMs };
  }
  const form =
    '{ "request": { "id": <text>, "shard": <whole number>, "task_names": <texts>, "at_ms": <instant> } }';
  throw new Error(`The event must be ${form}, is ${JSON.stringify(event)}`);
}

/** The event that brings a single check to a probe: its task in the form that bundles have. */
export function printAskedCheck({ id, task }: AskedCheck): object {
  return { check: { id, task } };
}

/** The message that brings the rest of a term to a probe. */
export function printNextBurst({ shard, termFromMs, fromMs, part }: NextBurst): object {
  return { burst: { shard, term_from_ms: termFromMs, from_ms: fromMs, part } };
}

/** Reads the message of an event of SQS, which has one; null if the event is none. Throws if it can't be read. */
export function parseNextBurst(event: unknown): NextBurst | null {
  const { Records: records } = fieldsOf(event);
  if (records === undefined) return null;
  const [record] = Array.isArray(records) && records.length === 1 ? records : [];
  const { burst } = fieldsOf(parseJson(fieldsOf(record).body));
  const { shard, term_from_ms: termFromMs, from_ms: fromMs, part } = fieldsOf(burst);
  if (isCount(shard) && isInstant(termFromMs) && isInstant(fromMs) && isCount(part)) {
    return { shard, termFromMs, fromMs, part };
  }
  const form =
    '{ "burst": { "shard": <whole number>, "term_from_ms": <instant>, "from_ms": <instant>, "part": <whole number> } }';
  throw new Error(`The event must have one message ${form}, is ${JSON.stringify(event)}`);
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** What a later version adds is not looked at. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isInstant(value: unknown): value is EpochMs {
  return typeof value === "number" && Number.isFinite(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
