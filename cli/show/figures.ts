import { type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";

/** What a table shows for a figure that is not known. */
export const NONE = "-";

/** A measured time with the unit that fits it: `0.123 ms`, `12.3 ms`, `1.25 s`. */
export function showMs(ms: DurationMs | null | undefined): string {
  if (ms === null || ms === undefined) return NONE;
  if (ms >= SECOND_MS) return `${(ms / SECOND_MS).toFixed(2)} s`;
  if (ms >= 100) return `${ms.toFixed(0)} ms`;
  return `${ms.toFixed(ms >= 10 ? 1 : 3)} ms`;
}

/** A period in its largest whole unit: `15 s`, `5 min`, `1 h`. */
export function showPeriod(ms: DurationMs): string {
  if (ms >= HOUR_MS && ms % HOUR_MS === 0) return `${ms / HOUR_MS} h`;
  if (ms >= MINUTE_MS && ms % MINUTE_MS === 0) return `${ms / MINUTE_MS} min`;
  return `${ms / SECOND_MS} s`;
}

/** A share of a hundred: `0 %`, `33.3 %`. */
export function showPercent(percent: number | null | undefined): string {
  if (percent === null || percent === undefined) return NONE;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)} %`;
}

/** A share of time in two digits, cut so that less than all is never shown as all: `99.99 %`, `100 %`. */
export function showUptime(percent: number | null): string {
  if (percent === null) return NONE;
  return percent >= 100 ? "100 %" : `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
}
