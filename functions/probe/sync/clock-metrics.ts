import type { ClockReading } from "../../../shared/clock/clock.ts";
import { METRICS } from "../../../shared/contract.ts";

/** What a term's log line has of the clock; nothing if no server was asked. */
export function clockMetrics(reading: ClockReading | null): Record<string, number> {
  if (reading === null) return {};
  const { askedCount, answeredCount, figures } = reading;
  const names = METRICS.clock;
  const answered = { [names.answeredPercent]: (100 * answeredCount) / askedCount };
  if (figures === null) return answered;
  return {
    ...answered,
    [names.offsetMs]: figures.offsetMs,
    [names.stabilityMs]: figures.stabilityMs,
    [names.jitterMs]: figures.jitterMs,
  };
}
