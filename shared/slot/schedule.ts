import { hash32 } from "../hash.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../units.ts";

/** The part of a task that decides when it is scheduled. */
export interface Schedule {
  readonly name: string;
  readonly scheduleMs: DurationMs;
}

/** When in its periods and terms a shard checks: the planner decides it, and its lease remembers it. */
export interface Timetable {
  /** The region's share of a period, in thousandths, by which its slots are shifted. */
  readonly staggerPermille: number;
  /** Tasks of a minute and more start within this much of their term; absent: `SPREAD_MS`. */
  readonly spreadMs?: DurationMs;
  /** Tasks under a minute start within this much of their period; absent: evenly over it. */
  readonly burstMs?: DurationMs;
}

/** The timetable in something that has one among its fields. */
export function timetableOf({ staggerPermille, spreadMs, burstMs }: Timetable): Timetable {
  return {
    staggerPermille,
    ...(spreadMs !== undefined && { spreadMs }),
    ...(burstMs !== undefined && { burstMs }),
  };
}

/** Any span of time, half-open: `fromMs` is in it, `toMs` is not. */
export interface Interval {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** The time of one shard that one invocation acquires and probes. */
export const LEASE_TERM_MS = MINUTE_MS;

/** Tasks of a minute and more start within this much of their lease term, or less if the plan says so. */
export const SPREAD_MS = 10 * SECOND_MS;

/** A slot whose check could not start within this much of its instant is missed: no check is made. */
export const SLOT_SLACK_MS = 5 * SECOND_MS;

/** A failed check is made again at most this long after its slot. */
export const LATEST_RECHECK_MS = 59 * SECOND_MS;

/** When in its period a task is scheduled, 0 to `scheduleMs` − 1: a hash of its name plus the stagger. */
export function phaseOf(task: Schedule, timetable: Timetable): DurationMs {
  const { name, scheduleMs } = task;
  const own = hash32(name) % Math.min(scheduleMs, widthOf(task, timetable));
  const shift = Math.floor((scheduleMs * timetable.staggerPermille) / 1_000);
  return (own + shift) % scheduleMs;
}

/** The part of a period over which its tasks are spread. */
function widthOf({ scheduleMs }: Schedule, { burstMs }: Timetable): DurationMs {
  return scheduleMs < LEASE_TERM_MS ? (burstMs ?? scheduleMs) : scheduleMs;
}

/** The first instant at or after `at` with `t ≡ phase (mod period)`. */
export function firstInstantFrom(at: EpochMs, periodMs: DurationMs, phaseMs: DurationMs): EpochMs {
  const behind = (((at - phaseMs) % periodMs) + periodMs) % periodMs;
  return behind === 0 ? at : at + periodMs - behind;
}

/** Every instant `t ≡ phase (mod period)` in `[fromMs, toMs)`. */
export function nominalSlots(task: Schedule, timetable: Timetable, interval: Interval): EpochMs[] {
  const slots: EpochMs[] = [];
  const first = firstInstantFrom(interval.fromMs, task.scheduleMs, phaseOf(task, timetable));
  for (let t = first; t < interval.toMs; t += task.scheduleMs) slots.push(t);
  return slots;
}

/**
 * The slots of a task in a lease term. Under a minute: its nominal slots. From a minute up: one slot
 * at the beginning of the term if a nominal slot falls into the term, so that the invocation can
 * end instead of waiting. Each nominal slot belongs to exactly one term.
 */
export function slotsOfTerm(task: Schedule, timetable: Timetable, term: Interval): EpochMs[] {
  if (task.scheduleMs < LEASE_TERM_MS) return nominalSlots(task, timetable, term);
  const phase = phaseOf(task, timetable);
  const nominal = firstInstantFrom(term.fromMs, task.scheduleMs, phase);
  return nominal < term.toMs ? [term.fromMs + spreadOf(task, timetable)] : [];
}

/**
 * The slot of a task that is expected in a term: from a minute up that of the term, whether it has one
 * there or not, else the first from `fromMs` on.
 */
export function expectedSlot(
  task: Schedule,
  timetable: Timetable,
  { termFromMs, fromMs }: { readonly termFromMs: EpochMs; readonly fromMs: EpochMs },
): EpochMs {
  if (task.scheduleMs >= LEASE_TERM_MS) return termFromMs + spreadOf(task, timetable);
  return firstInstantFrom(fromMs, task.scheduleMs, phaseOf(task, timetable));
}

function spreadOf(task: Schedule, { spreadMs = SPREAD_MS }: Timetable): DurationMs {
  return hash32(`spread ${task.name}`) % spreadMs;
}

/** The part of `a` that lies in `b`, or null. */
export function overlap(a: Interval, b: Interval): Interval | null {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  return fromMs < toMs ? { fromMs, toMs } : null;
}
