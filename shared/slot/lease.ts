import { type EpochMs, MINUTE_MS, SECOND_MS } from "../units.ts";
import { isAhead } from "./ahead.ts";
import {
  type Interval,
  LEASE_TERM_MS,
  nominalSlots,
  overlap,
  type Schedule,
  slotsOfTerm,
  type Timetable,
} from "./schedule.ts";

/** What a term runs: kept in the lease, so that the aggregator knows what was scheduled. */
interface RunPlan extends Timetable {
  /** Content hash of the bundle. */
  readonly bundle: string;
}

/** Lease terms in a row under one plan: they start at `fromMs + k × 60 s`, the last ends at `toMs`. */
export interface LeaseRun extends Interval, RunPlan {}

/** A shard's lease: the time that has been acquired so far, oldest run first. */
export interface Lease {
  readonly claimedToMs: EpochMs;
  readonly runs: readonly LeaseRun[];
}

/** A term that is acquired at most this late still starts where the last one ended. */
export const LATE_TOLERANCE_MS = 3 * SECOND_MS;

/** An invocation that comes more than this before the lease's end is a second delivery. */
export const EARLY_TOLERANCE_MS = 30 * SECOND_MS;

/** How long a lease keeps a run after its end, for the aggregator. */
export const LEASE_HISTORY_MS = 24 * 60 * MINUTE_MS;
/** The most runs that a lease keeps. */
export const LEASE_HISTORY_RUNS = 200;

/**
 * The slots of a task in the terms of a run that fall into `window`. If the run was cut within a term,
 * the nominal slots from there on belong to what follows it.
 */
export function slotsOfRun(task: Schedule, run: LeaseRun, window: Interval): EpochMs[] {
  if (task.scheduleMs < LEASE_TERM_MS) {
    const part = overlap(run, window);
    return part === null ? [] : nominalSlots(task, run, part);
  }
  const slots: EpochMs[] = [];
  for (const term of termsTouching(run, window)) {
    for (const slot of slotsOfTerm(task, run, term)) {
      if (slot >= window.fromMs && slot < window.toMs) slots.push(slot);
    }
  }
  return slots;
}

function termsTouching(run: LeaseRun, window: Interval): Interval[] {
  const terms: Interval[] = [];
  const skipped = Math.max(0, Math.floor((window.fromMs - run.fromMs) / LEASE_TERM_MS));
  for (
    let at = run.fromMs + skipped * LEASE_TERM_MS;
    at < Math.min(run.toMs, window.toMs);
    at += LEASE_TERM_MS
  )
    terms.push(termAt(run, at));
  return terms;
}

function termAt(run: LeaseRun, fromMs: EpochMs): Interval {
  return { fromMs, toMs: Math.min(fromMs + LEASE_TERM_MS, run.toMs) };
}

/** A term of a lease, and the run that it belongs to. */
export interface RunTerm extends Interval {
  readonly run: LeaseRun;
}

/**
 * The term of a lease that began at `fromMs`, shorter than a minute if it was cut. Null if the lease
 * has none, because it was taken back; "unknown" if its history does not go back so far.
 */
export function termOf(lease: Lease, fromMs: EpochMs): RunTerm | "unknown" | null {
  const [oldest] = lease.runs;
  if (oldest === undefined || fromMs < oldest.fromMs) return "unknown";
  const run = lease.runs.find(
    (one) =>
      fromMs >= one.fromMs && fromMs < one.toMs && (fromMs - one.fromMs) % LEASE_TERM_MS === 0,
  );
  return run === undefined ? null : { ...termAt(run, fromMs), run };
}

/** The start of the claimed term that an instant is in; null if nobody claimed it. */
export function termAround(lease: Lease, atMs: EpochMs): EpochMs | null {
  const run = lease.runs.findLast(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  return run === undefined ? null : atMs - ((atMs - run.fromMs) % LEASE_TERM_MS);
}

/** A part of a window that no invocation acquired, and the run whose tasks were scheduled in it. */
export interface Gap extends Interval {
  readonly after: LeaseRun;
}

/** The parts of `window` since the lease's first run that no run has: their slots are missed. */
export function gapsWithin(lease: Lease, window: Interval): Gap[] {
  const gaps: Gap[] = [];
  lease.runs.forEach((run, i) => {
    const nextFromMs = lease.runs[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const gap = overlap({ fromMs: run.toMs, toMs: nextFromMs }, window);
    if (gap !== null) gaps.push({ ...gap, after: run });
  });
  return gaps;
}

/** What an invocation may do: nothing, or run `term` once it has stored `lease`. */
export type LeaseDecision =
  | { readonly kind: "duplicate" }
  | { readonly kind: "acquired"; readonly term: Interval; readonly lease: Lease };

/**
 * Extends a lease by one term. It starts where the last one ended, unless that is so long ago that
 * slots would run late: then it starts at the whole second of `nowMs`. What another clock claimed far
 * ahead is taken back.
 */
export function nextLease(stored: Lease | null, nowMs: EpochMs, plan: RunPlan): LeaseDecision {
  const held = stored === null ? null : takeBackLease(stored, nowMs);
  if (held !== null && held.claimedToMs - nowMs > EARLY_TOLERANCE_MS) return { kind: "duplicate" };
  const inTime = held !== null && nowMs - held.claimedToMs <= LATE_TOLERANCE_MS;
  const fromMs = inTime ? held.claimedToMs : nowMs - (nowMs % SECOND_MS);
  const term = { fromMs, toMs: fromMs + LEASE_TERM_MS };
  const runs = extendRuns(held?.runs ?? [], { ...term, ...plan });
  return { kind: "acquired", term, lease: { claimedToMs: term.toMs, runs } };
}

function extendRuns(runs: readonly LeaseRun[], next: LeaseRun): LeaseRun[] {
  const kept = runs.filter((run) => run.toMs > next.fromMs - LEASE_HISTORY_MS);
  const last = kept.at(-1);
  const goesOn =
    last !== undefined &&
    last.toMs === next.fromMs &&
    (last.toMs - last.fromMs) % LEASE_TERM_MS === 0 &&
    isSamePlan(last, next);
  const longer = goesOn ? [...kept.slice(0, -1), { ...last, toMs: next.toMs }] : [...kept, next];
  return longer.slice(-LEASE_HISTORY_RUNS);
}

function isSamePlan(a: RunPlan, b: RunPlan): boolean {
  const keys = ["bundle", "staggerPermille", "spreadMs", "burstMs"] as const;
  return keys.every((key) => a[key] === b[key]);
}

/**
 * The lease without the time from the next whole second on: for a caller that knows for certain that
 * the invocation which acquired it is dead. Slots before that second without a result are missed.
 */
export function returnClaim(lease: Lease, nowMs: EpochMs): Lease {
  const atMs = Math.ceil(nowMs / SECOND_MS) * SECOND_MS;
  if (lease.claimedToMs <= atMs) return lease;
  const runs = lease.runs
    .filter((run) => run.fromMs < atMs)
    .map((run) => ({ ...run, toMs: Math.min(run.toMs, atMs) }));
  return { claimedToMs: runs.at(-1)?.toMs ?? atMs, runs };
}

/** The lease without what another clock claimed far ahead; the same lease if nothing is ahead. */
export function takeBackLease(lease: Lease, nowMs: EpochMs): Lease {
  return isAhead(lease.claimedToMs, nowMs) ? returnClaim(lease, nowMs) : lease;
}
