import fc from "fast-check";
import { type Interval, LEASE_TERM_MS, type LeaseRun } from "../../shared/slot/slot.ts";

/** 2026-03-01T12:00:00Z */
export const NOON = 1_772_366_400_000;
const DAY_S = 86_400;

export const schedule = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20 }),
  scheduleMs: fc
    .oneof(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 1, max: DAY_S }))
    .map((seconds) => seconds * 1_000),
});
export const stagger = fc.integer({ min: 0, max: 999 });
export const instant = fc.integer({ min: 0, max: 4 * DAY_S * 1_000 }).map((ms) => NOON + ms);

/** The lease terms that a run is made of. */
export function termsOf(run: Interval): Interval[] {
  const terms: Interval[] = [];
  for (let at = run.fromMs; at < run.toMs; at += LEASE_TERM_MS)
    terms.push({ fromMs: at, toMs: at + LEASE_TERM_MS });
  return terms;
}

/** Lease terms in a row. */
export function runOf(fromMs: number, termCount: number): LeaseRun {
  return { fromMs, toMs: fromMs + termCount * LEASE_TERM_MS, bundle: "b1", staggerPermille: 0 };
}
