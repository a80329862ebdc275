import type { DurationMs } from "../../shared/units.ts";

/** Milliseconds with their unit and at most two decimals, or a dash if they are not known. */
export function milliseconds(ms: DurationMs | null): string {
  return ms === null ? "–" : `${figure(ms)} ms`;
}

/** Milliseconds without their unit. */
export function figure(ms: DurationMs | null): string {
  if (ms === null) return "–";
  return ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

/** A share in whole percent: 0 % and 100 % only if it is exactly that. */
export function percent(value: number): string {
  const rounded = Math.round(value);
  if (rounded === 0 && value > 0) return "<1 %";
  if (rounded === 100 && value < 100) return ">99 %";
  return `${rounded} %`;
}
