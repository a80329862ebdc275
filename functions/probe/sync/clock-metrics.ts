import type { ClockReading } from "../../../shared/clock/clock.ts";
import { METRICS } from "../../../shared/contract.ts";
import { toMicrosecondPrecision } from "../../../shared/units.ts";

/** What a term's log line has of the clock; nothing if no server was asked. */
export function clockMetrics(reading: ClockReading | null): Record<string, number> {
  if (reading === null) return {};
  const { askedCount, answeredCount, figures } = reading;
  const names = METRICS.clock;
  const answered = { [names.answeredPercent]: Math.round((100 * answeredCount) / askedCount) };
  if (figures === null) return answered;
  return {
    ...answered,
    [names.offsetMs]: toMicrosecondPrecision(figures.offsetMs),
    [names.stabilityMs]: toMicrosecondPrecision(figures.stabilityMs),
    [names.jitterMs]: toMicrosecondPrecision(figures.jitterMs),
  };
}
