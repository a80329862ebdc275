import { type EpochMs, MINUTE_MS, SECOND_MS } from "../units.ts";
import {
  type Interval,
  LEASE_TERM_MS,
  nominalSlots,
  overlap,
  type Schedule,
  slotsOfTerm,
} from "./schedule.ts";

/** Covers in a row under one plan: starts at `fromMs + k × 60 s`, the last ends at `toMs`. */
export interface LeaseRun extends Interval {
  /** Content hash of the bundle that the covers ran. */
  readonly bundle: string;
  /** The region's share of a period, in thousandths, by which its slots are shifted. */
  readonly staggerPermille: number;
}

/** A shard's lease: what has been claimed so far, oldest run first. */
export interface Lease {
  readonly claimedToMs: EpochMs;
  readonly runs: readonly LeaseRun[];
}

/** A cover that begins this late still starts where the last one ended. */
export const LATE_TOLERANCE_MS = 3 * SECOND_MS;

/** An invocation that comes earlier than this before the lease's end is a second delivery. */
export const EARLY_TOLERANCE_MS = 30 * SECOND_MS;

/** How much history a lease carries for the aggregator: a day, and at most so many runs. */
export const LEASE_HISTORY_MS = 24 * 60 * MINUTE_MS;
export const LEASE_HISTORY_RUNS = 200;

/** Every slot of a task in the covers of a run, as far as it falls into `window`. */
export function slotsOfRun(task: Schedule, run: LeaseRun, window: Interval): EpochMs[] {
  if (task.scheduleMs < LEASE_TERM_MS) {
    const span = overlap(run, window);
    return span === null ? [] : nominalSlots(task, run.staggerPermille, span);
  }
  const slots: EpochMs[] = [];
  for (const cover of termsTouching(run, window)) {
    for (const slot of slotsOfTerm(task, run.staggerPermille, cover)) {
      if (slot >= window.fromMs && slot < window.toMs) slots.push(slot);
    }
  }
  return slots;
}

function termsTouching(run: LeaseRun, window: Interval): Interval[] {
  const covers: Interval[] = [];
  const skipped = Math.max(0, Math.floor((window.fromMs - run.fromMs) / LEASE_TERM_MS));
  for (
    let at = run.fromMs + skipped * LEASE_TERM_MS;
    at < Math.min(run.toMs, window.toMs);
    at += LEASE_TERM_MS
  )
    covers.push({ fromMs: at, toMs: at + LEASE_TERM_MS });
  return covers;
}

/** A stretch of a window that no invocation claimed, and the run whose tasks were due in it. */
export interface Gap extends Interval {
  readonly after: LeaseRun;
}

/** The unclaimed stretches of `window` since the lease's first run: its slots are missed. */
export function gapsWithin(lease: Lease, window: Interval): Gap[] {
  const gaps: Gap[] = [];
  lease.runs.forEach((run, i) => {
    const nextFromMs = lease.runs[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const gap = overlap({ fromMs: run.toMs, toMs: nextFromMs }, window);
    if (gap !== null) gaps.push({ ...gap, after: run });
  });
  return gaps;
}

/** What an invocation at `nowMs` may do: nothing, or cover the next minute and hold `lease`. */
export type LeaseDecision =
  | { readonly kind: "duplicate" }
  | { readonly kind: "cover"; readonly cover: Interval; readonly lease: Lease };

/** What the covers will run: kept in the lease, so that the aggregator knows what was due. */
export interface RunPlan {
  readonly bundle: string;
  readonly staggerPermille: number;
}

/**
 * Moves a lease by exactly one cover. It starts where the last one ended, unless that is so long
 * ago that slots would run late: then it is anchored anew at the whole second of `nowMs`.
 */
export function nextLease(held: Lease | null, nowMs: EpochMs, plan: RunPlan): LeaseDecision {
  if (held !== null && held.claimedToMs - nowMs > EARLY_TOLERANCE_MS) return { kind: "duplicate" };
  const anchor = nowMs - (nowMs % SECOND_MS);
  const inTime = held !== null && nowMs - held.claimedToMs <= LATE_TOLERANCE_MS;
  const fromMs = inTime ? held.claimedToMs : Math.max(anchor, held?.claimedToMs ?? 0);
  const cover = { fromMs, toMs: fromMs + LEASE_TERM_MS };
  const runs = extendRuns(held?.runs ?? [], { ...cover, ...plan });
  return { kind: "cover", cover, lease: { claimedToMs: cover.toMs, runs } };
}

function extendRuns(runs: readonly LeaseRun[], next: LeaseRun): LeaseRun[] {
  const kept = runs.filter((run) => run.toMs > next.fromMs - LEASE_HISTORY_MS);
  const last = kept.at(-1);
  const goesOn =
    last !== undefined &&
    last.toMs === next.fromMs &&
    (last.toMs - last.fromMs) % LEASE_TERM_MS === 0 &&
    last.bundle === next.bundle &&
    last.staggerPermille === next.staggerPermille;
  const longer = goesOn ? [...kept.slice(0, -1), { ...last, toMs: next.toMs }] : [...kept, next];
  return longer.slice(-LEASE_HISTORY_RUNS);
}

/**
 * The lease without what it claims from the next whole second on: for one who knows for certain that
 * whoever claimed it is dead. What was claimed before and never reported stays due, and is missed.
 */
export function returnClaim(lease: Lease, nowMs: EpochMs): Lease {
  const atMs = Math.ceil(nowMs / SECOND_MS) * SECOND_MS;
  if (lease.claimedToMs <= atMs) return lease;
  const runs = lease.runs
    .filter((run) => run.fromMs < atMs)
    .map((run) => ({ ...run, toMs: Math.min(run.toMs, atMs) }));
  return { claimedToMs: atMs, runs };
}
