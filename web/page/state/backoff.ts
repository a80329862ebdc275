const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** How long to wait before the next try after so many that failed; `random` is 0 to 1. */
export function backoffMs(failedCount: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failedCount - 1));
  return Math.round(longest * (0.5 + random / 2));
}
