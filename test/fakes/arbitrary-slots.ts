import fc from "fast-check";
import { COVER_MS, type Cover, type LeaseRun } from "../../shared/slot/slot.ts";

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

/** The covers that a run is made of. */
export function coversOf(run: Cover): Cover[] {
  const covers: Cover[] = [];
  for (let at = run.fromMs; at < run.toMs; at += COVER_MS)
    covers.push({ fromMs: at, toMs: at + COVER_MS });
  return covers;
}

/** Covers in a row. */
export function runOf(fromMs: number, coverCount: number): LeaseRun {
  return { fromMs, toMs: fromMs + coverCount * COVER_MS, bundle: "b1", staggerPermille: 0 };
}
