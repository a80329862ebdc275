import { latencyBandOf, successBandOf } from "../../../shared/help/help.ts";

/** A connect time with as many digits as say something, e.g. `0.42 ms`, `18.3 ms`, `1.20 s`. */
export function msText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "–";
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${shortNumber(ms)} ms`;
}

/** A number with at most three digits that say something. */
function shortNumber(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A percentage that is never rounded up to 100 or down to 0, e.g. `99.99 %`. */
export function percentText(percent: number | null | undefined): string {
  if (percent === null || percent === undefined) return "–";
  if (percent === 0 || percent === 100) return `${percent} %`;
  const digits = percent > 99 ? 2 : 1;
  const step = 10 ** digits;
  return `${(Math.floor(percent * step) / step).toFixed(digits)} %`;
}

/** A count with its noun, e.g. `1 task`, `2 tasks`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Names as a list in a sentence, at most three of them. */
export function listText(names: readonly string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** What a connect time usually means. */
export function bandText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? "No connect time" : latencyBandOf(ms).sentence;
}

/** What a share of passed checks, in percent, usually means. */
export function successText(percent: number | null | undefined): string {
  return percent === null || percent === undefined ? "No check" : successBandOf(percent).sentence;
}
