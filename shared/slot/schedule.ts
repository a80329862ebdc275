import { hash32 } from "../hash.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../units.ts";

/** The part of a task that decides when it is scheduled. */
export interface Schedule {
  readonly name: string;
  readonly scheduleMs: DurationMs;
}

/** Any span of time, half-open: `fromMs` is in it, `toMs` is not. */
export interface Interval {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** The time of one shard that one invocation acquires and probes. */
export const LEASE_TERM_MS = MINUTE_MS;

/** Tasks of a minute and more start within this much of their lease term. */
export const SPREAD_MS = 10 * SECOND_MS;

/** A slot whose check could not start within this much of its instant is missed: no check is made. */
export const SLOT_SLACK_MS = 5 * SECOND_MS;

/** A failed check is made again at most this long after its slot. */
export const LATEST_RECHECK_MS = 59 * SECOND_MS;

/** When in its period a task is scheduled, 0 to `scheduleMs` − 1: a hash of its name plus the stagger. */
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
export function nominalSlots(task: Schedule, stagger: number, interval: Interval): EpochMs[] {
  const slots: EpochMs[] = [];
  const first = firstInstantFrom(interval.fromMs, task.scheduleMs, phaseOf(task, stagger));
  for (let t = first; t < interval.toMs; t += task.scheduleMs) slots.push(t);
  return slots;
}

/**
 * The slots of a task in a lease term. Under a minute: its nominal slots. From a minute up: one slot
 * in the term's first ten seconds if a nominal slot falls into the term, so that the invocation can
 * end instead of waiting. Each nominal slot belongs to exactly one term.
 */
export function slotsOfTerm(task: Schedule, stagger: number, term: Interval): EpochMs[] {
  if (task.scheduleMs < LEASE_TERM_MS) return nominalSlots(task, stagger, term);
  const phase = phaseOf(task, stagger);
  const nominal = firstInstantFrom(term.fromMs, task.scheduleMs, phase);
  return nominal < term.toMs ? [term.fromMs + spreadOf(task)] : [];
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
