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
