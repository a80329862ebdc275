/** The heights of lines in pixels. */
export interface LineHeights {
  readonly task: number;
  readonly group: number;
}

/** Lines beyond the edges that are there before they are seen. */
const AHEAD = 6;

/** Where each line begins, and at the end the height of all. */
export function topsOf(kinds: readonly { kind: keyof LineHeights }[], heights: LineHeights) {
  const tops = new Float64Array(kinds.length + 1);
  kinds.forEach(({ kind }, i) => {
    tops[i + 1] = (tops[i] ?? 0) + heights[kind];
  });
  return tops;
}

/** Which lines are to be seen between two heights, as indices from and before. */
export function visibleLines(tops: Float64Array, fromPx: number, toPx: number): [number, number] {
  const count = tops.length - 1;
  const first = lastAtOrBefore(tops, fromPx);
  const last = lastAtOrBefore(tops, toPx);
  return [Math.max(0, first - AHEAD), Math.min(count, last + 1 + AHEAD)];
}

function lastAtOrBefore(tops: Float64Array, px: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= px) low = middle;
    else high = middle - 1;
  }
  return low;
}
