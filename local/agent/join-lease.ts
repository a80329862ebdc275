import { isDeepStrictEqual } from "node:util";
import { type Interval, LEASE_TERM_MS, type Lease, type LeaseRun } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";

/** The terms that an agent has run without AWS. */
export interface LocalTerms {
  /** Its lease with them. */
  readonly lease: Lease;
  /** When the first of them began. */
  readonly fromMs: EpochMs;
  /** When each began that may be stored: AWS was asked to, and its last answer is not known. */
  readonly doubtful: readonly EpochMs[];
}

/** A stored lease with an agent's terms, as far as nobody else has claimed their time. */
export interface JoinedLease {
  readonly lease: Lease;
  /** When each term began that somebody else has claimed, in whole or in part: its results do not count. */
  readonly lost: ReadonlySet<EpochMs>;
  /** When each of the agent's terms began that is in the lease. */
  readonly own: readonly EpochMs[];
}

/** Adds what was run without AWS to the lease that is stored; null if none is. */
export function joinLease(stored: Lease | null, local: LocalTerms): JoinedLease {
  const held = stored ?? { claimedToMs: 0, runs: [] };
  const terms = local.lease.runs.flatMap((run) => termsFrom(run, local.fromMs));
  const stayed = terms.filter((term) => isStoredOwn(term, held, local));
  const others = terms.filter((term) => !stayed.includes(term));
  const kept = others.filter((term) => !held.runs.some((run) => overlaps(run, term)));
  const lost = others.filter((term) => !kept.includes(term));
  const lastMs = kept.reduce((last, { toMs }) => Math.max(last, toMs), held.claimedToMs);
  return {
    lease: { claimedToMs: lastMs, runs: joinRuns([...held.runs, ...kept]) },
    lost: new Set(lost.map(({ fromMs }) => fromMs)),
    own: [...stayed, ...kept].map(({ fromMs }) => fromMs),
  };
}

/** The terms of a run that began at an instant or later, as runs of their own. */
function termsFrom(run: LeaseRun, fromMs: EpochMs): LeaseRun[] {
  const skipped = Math.max(0, Math.ceil((fromMs - run.fromMs) / LEASE_TERM_MS));
  const terms: LeaseRun[] = [];
  for (let at = run.fromMs + skipped * LEASE_TERM_MS; at < run.toMs; at += LEASE_TERM_MS)
    terms.push({ ...run, fromMs: at, toMs: Math.min(at + LEASE_TERM_MS, run.toMs) });
  return terms;
}

/**
 * Nobody claims a time that is over, so the request that stored an earlier term was this agent's. The
 * newest may be a rival's: it counts as own if nobody has claimed anything after it.
 */
function isStoredOwn(term: LeaseRun, stored: Lease, { doubtful }: LocalTerms): boolean {
  if (!doubtful.includes(term.fromMs)) return false;
  const run = stored.runs.find(({ fromMs, toMs }) => fromMs <= term.fromMs && term.toMs <= toMs);
  if (run?.bundle !== term.bundle) return false;
  return term.fromMs < Math.max(...doubtful) || stored.runs.at(-1)?.toMs === term.toMs;
}

function overlaps(a: Interval, b: Interval): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs;
}

/** In order of time; terms that follow each other under one plan are one run. */
function joinRuns(runs: readonly LeaseRun[]): LeaseRun[] {
  const joined: LeaseRun[] = [];
  for (const run of runs.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && goesOn(last, run)) joined.splice(-1, 1, { ...last, toMs: run.toMs });
    else joined.push(run);
  }
  return joined;
}

function goesOn(last: LeaseRun, next: LeaseRun): boolean {
  const isWhole = (last.toMs - last.fromMs) % LEASE_TERM_MS === 0;
  const { fromMs, toMs } = last;
  return isWhole && toMs === next.fromMs && isDeepStrictEqual(last, { ...next, fromMs, toMs });
}
