import { hash32 } from "../hash.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../units.ts";

/** The part of a task that decides when it is due. */
export interface Schedule {
  readonly name: string;
  readonly scheduleMs: DurationMs;
}

/** Sixty seconds of one shard, claimed by one invocation. `toMs` is exclusive. */
export interface Interval {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

export const LEASE_TERM_MS = MINUTE_MS;

/** Tasks of a minute and more start within this much of the covered minute. */
export const SPREAD_MS = 10 * SECOND_MS;

/** A slot that could not start within this much of its instant is not run at all: it is missed. */
export const SLOT_SLACK_MS = 5 * SECOND_MS;

/** Where in its period a task is due, 0 to `scheduleMs` − 1: a hash of its name plus the stagger. */
export function phaseOf(task: Schedule, staggerPermille: number): DurationMs {
  const own = hash32(task.name) % task.scheduleMs;
  const shift = Math.floor((task.scheduleMs * staggerPermille) / 1_000);
  return (own + shift) % task.scheduleMs;
}

/** The first instant at or after `at` with `t ≡ phase (mod period)`. */
export function firstInstantFrom(at: EpochMs, periodMs: DurationMs, phaseMs: DurationMs): EpochMs {
  const behind = (((at - phaseMs) % periodMs) + periodMs) % periodMs;
  return behind === 0 ? at : at + periodMs - behind;
}

/** Every instant `t ≡ phase (mod period)` in `[fromMs, toMs)`. */
export function nominalSlots(task: Schedule, stagger: number, span: Interval): EpochMs[] {
  const slots: EpochMs[] = [];
  const first = firstInstantFrom(span.fromMs, task.scheduleMs, phaseOf(task, stagger));
  for (let t = first; t < span.toMs; t += task.scheduleMs) slots.push(t);
  return slots;
}

/**
 * The instants at which a task is to be checked in a cover. Under a minute: its nominal slots.
 * From a minute up: where a nominal slot falls into the cover, one instant in its first ten
 * seconds, so that the invocation can end instead of waiting. Each nominal slot thus belongs to
 * exactly one cover.
 */
export function slotsOfTerm(task: Schedule, stagger: number, cover: Interval): EpochMs[] {
  if (task.scheduleMs < LEASE_TERM_MS) return nominalSlots(task, stagger, cover);
  const phase = phaseOf(task, stagger);
  const nominal = firstInstantFrom(cover.fromMs, task.scheduleMs, phase);
  return nominal < cover.toMs ? [cover.fromMs + spreadOf(task)] : [];
}

function spreadOf(task: Schedule): DurationMs {
  return hash32(`spread ${task.name}`) % SPREAD_MS;
}

/** The part of `a` that lies in `b`, or null. */
export function overlap(a: Interval, b: Interval): Interval | null {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  return fromMs < toMs ? { fromMs, toMs } : null;
}
