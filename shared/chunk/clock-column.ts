import type { ClockReading } from "../clock/clock.ts";
import { NumberReader, NumberWriter } from "./numbers.ts";

/** Farther off is written as this, some 35 years: what a clock is that has never been set. */
const FARTHEST_US = 2 ** 50;

/** The column of a reading: how often was asked and answered, then the figures in µs, if there are any. */
export function encodeClock({ askedCount, answeredCount, figures }: ClockReading): Uint8Array {
  const column = new NumberWriter("clock figure");
  column.count(askedCount);
  column.count(answeredCount);
  if (figures !== null) {
    column.signed(toMicroseconds(figures.offsetMs));
    column.count(toMicroseconds(figures.stabilityMs));
    column.count(toMicroseconds(figures.jitterMs));
    column.count(toMicroseconds(figures.roundTripMs));
  }
  return column.finish();
}

/** Reads what `encodeClock` wrote. */
export function decodeClock(column: Uint8Array): ClockReading {
  const numbers = new NumberReader(column);
  const [askedCount, answeredCount] = [numbers.count(), numbers.count()];
  const figures = answeredCount === 0 ? null : readFigures(numbers);
  numbers.expectEnd();
  return { askedCount, answeredCount, figures };
}

function readFigures(numbers: NumberReader): ClockReading["figures"] {
  return {
    offsetMs: numbers.signed() / 1_000,
    stabilityMs: numbers.count() / 1_000,
    jitterMs: numbers.count() / 1_000,
    roundTripMs: numbers.count() / 1_000,
  };
}

function toMicroseconds(ms: number): number {
  const whole = Math.round(ms * 1_000);
  return Math.max(-FARTHEST_US, Math.min(FARTHEST_US, whole));
}
