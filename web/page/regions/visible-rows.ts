/** Rows beyond the edges that are there before they are seen, so that the Tab key finds them. */
const AHEAD = 12;

/** Which rows of one height are to be seen between two heights, as indices from and before. */
export function visibleRows(
  count: number,
  rowPx: number,
  { fromPx, toPx }: { readonly fromPx: number; readonly toPx: number },
): readonly [number, number] {
  const to = Math.min(count, Math.ceil(toPx / rowPx) + AHEAD);
  return [Math.min(Math.max(0, Math.floor(fromPx / rowPx) - AHEAD), to), to];
}
