import type { RegionsRecord } from "../../records/records.ts";

/** One target in the matrix. */
export type MatrixRow = RegionsRecord["matrix"][number];

/** From this share of failed checks on a path fails. */
const FAILS_FROM_PERCENT = 50;

/** Whose path it is, by where a target fails; empty if it does nowhere. */
export function pathHint(row: MatrixRow, regions: readonly string[]): string {
  const seen = regions.filter((region) => (row.cells[region]?.failedPercent ?? null) !== null);
  const failing = seen.filter(
    (region) => (row.cells[region]?.failedPercent ?? 0) >= FAILS_FROM_PERCENT,
  );
  if (failing.length === 0) return "";
  if (failing.length === seen.length)
    return seen.length === 1 ? "only seen from one" : "the target";
  return failing.length === 1
    ? `the path from ${failing[0]}`
    : `the path from ${failing.length} regions`;
}

/** How bad a cell is, from 0 to 3. */
export function cellLevel(failedPercent: number | null | undefined): 0 | 1 | 2 | 3 | null {
  if (failedPercent === null || failedPercent === undefined) return null;
  if (failedPercent === 0) return 0;
  if (failedPercent < 10) return 1;
  return failedPercent < FAILS_FROM_PERCENT ? 2 : 3;
}

/** Rows with the most failures first, so that the trouble is on top. */
export function worstRows(matrix: readonly MatrixRow[]): MatrixRow[] {
  const sum = ({ cells }: MatrixRow) =>
    Object.values(cells).reduce((total, { failedPercent }) => total + (failedPercent ?? 0), 0);
  return matrix.toSorted((a, b) => sum(b) - sum(a) || a.name.localeCompare(b.name));
}
