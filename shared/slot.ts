import { hash32 } from "./hash.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "./units.ts";

/** The part of a task that decides when it is due. */
export interface Schedule {
  readonly name: string;
  readonly scheduleMs: DurationMs;
}

/** Sixty seconds of one shard, claimed by one invocation. `toMs` is exclusive. */
export interface Cover {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** Covers in a row under one plan: starts at `fromMs + k × 60 s`, the last ends at `toMs`. */
export interface LeaseRun extends Cover {
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

export const COVER_MS = MINUTE_MS;

/** Tasks of a minute and more start within this much of the covered minute. */
export const SPREAD_MS = 10 * SECOND_MS;

/** A cover that begins this late still starts where the last one ended. */
export const LATE_TOLERANCE_MS = 3 * SECOND_MS;

/** A slot that could not start within this much of its instant is not run at all: it is missed. */
export const SLOT_SLACK_MS = 5 * SECOND_MS;

/** An invocation that comes earlier than this before the lease's end is a second delivery. */
export const EARLY_TOLERANCE_MS = 30 * SECOND_MS;

/** How much history a lease carries for the aggregator: a day, and at most so many runs. */
export const LEASE_HISTORY_MS = 24 * 60 * MINUTE_MS;
export const LEASE_HISTORY_RUNS = 200;

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
export function nominalSlots(task: Schedule, stagger: number, span: Cover): EpochMs[] {
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
export function slotsOfCover(task: Schedule, stagger: number, cover: Cover): EpochMs[] {
  if (task.scheduleMs < COVER_MS) return nominalSlots(task, stagger, cover);
  const phase = phaseOf(task, stagger);
  const nominal = firstInstantFrom(cover.fromMs, task.scheduleMs, phase);
  return nominal < cover.toMs ? [cover.fromMs + spreadOf(task)] : [];
}

function spreadOf(task: Schedule): DurationMs {
  return hash32(`spread ${task.name}`) % SPREAD_MS;
}

/** Every slot of a task in the covers of a run, as far as it falls into `window`. */
export function slotsOfRun(task: Schedule, run: LeaseRun, window: Cover): EpochMs[] {
  if (task.scheduleMs < COVER_MS) {
    const span = overlap(run, window);
    return span === null ? [] : nominalSlots(task, run.staggerPermille, span);
  }
  const slots: EpochMs[] = [];
  for (const cover of coversTouching(run, window)) {
    for (const slot of slotsOfCover(task, run.staggerPermille, cover)) {
      if (slot >= window.fromMs && slot < window.toMs) slots.push(slot);
    }
  }
  return slots;
}

function coversTouching(run: LeaseRun, window: Cover): Cover[] {
  const covers: Cover[] = [];
  const skipped = Math.max(0, Math.floor((window.fromMs - run.fromMs) / COVER_MS));
  for (
    let at = run.fromMs + skipped * COVER_MS;
    at < Math.min(run.toMs, window.toMs);
    at += COVER_MS
  )
    covers.push({ fromMs: at, toMs: at + COVER_MS });
  return covers;
}

/** The part of `a` that lies in `b`, or null. */
export function overlap(a: Cover, b: Cover): Cover | null {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  return fromMs < toMs ? { fromMs, toMs } : null;
}

/** A stretch of a window that no invocation claimed, and the run whose tasks were due in it. */
export interface Gap extends Cover {
  readonly after: LeaseRun;
}

/** The unclaimed stretches of `window` since the lease's first run: its slots are missed. */
export function gapsWithin(lease: Lease, window: Cover): Gap[] {
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
  | { readonly kind: "cover"; readonly cover: Cover; readonly lease: Lease };

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
  const cover = { fromMs, toMs: fromMs + COVER_MS };
  const runs = extendRuns(held?.runs ?? [], { ...cover, ...plan });
  return { kind: "cover", cover, lease: { claimedToMs: cover.toMs, runs } };
}

function extendRuns(runs: readonly LeaseRun[], next: LeaseRun): LeaseRun[] {
  const kept = runs.filter((run) => run.toMs > next.fromMs - LEASE_HISTORY_MS);
  const last = kept.at(-1);
  const goesOn =
    last !== undefined &&
    last.toMs === next.fromMs &&
    (last.toMs - last.fromMs) % COVER_MS === 0 &&
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
