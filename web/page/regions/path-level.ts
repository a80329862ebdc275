import type { MatrixRow } from "./path-hint.ts";

/** What the matrix is shaded and sorted by. */
export type MatrixFigure = "failures" | "loss";

type Cell = MatrixRow["cells"][string];

/** How bad a cell is. */
export type PathLevel = 0 | 1 | 2 | 3;

/** From these figures on a cell is of level 1, 2 and 3; of a figure above none it is at least of level 1. */
const STEPS: Readonly<Record<MatrixFigure, readonly [number, number]>> = {
  failures: [10, 50],
  loss: [1, 5],
};

/** The figure of a cell in percent; null if nothing was seen there. */
export function figureOf(cell: Cell | undefined, figure: MatrixFigure): number | null {
  return (figure === "loss" ? cell?.lossPercent : cell?.failedPercent) ?? null;
}

/** How bad a figure is; null if there is none. */
export function levelOf(percent: number | null, figure: MatrixFigure): PathLevel | null {
  if (percent === null) return null;
  if (percent === 0) return 0;
  const [second, third] = STEPS[figure];
  if (percent < second) return 1;
  return percent < third ? 2 : 3;
}

/** Rows with the worst figures first, so that the trouble is on top. */
export function worstRows(matrix: readonly MatrixRow[], figure: MatrixFigure): MatrixRow[] {
  const sums = new Map(matrix.map((row) => [row, sumOf(row, figure)]));
  return matrix.toSorted(
    (a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || a.name.localeCompare(b.name),
  );
}

function sumOf({ cells }: MatrixRow, figure: MatrixFigure): number {
  return Object.values(cells).reduce((sum, cell) => sum + (figureOf(cell, figure) ?? 0), 0);
}

/** How all targets look from one region, on average. */
export function meanCell(matrix: readonly MatrixRow[], region: string): Cell {
  const cells = matrix.flatMap((row) => row.cells[region] ?? []);
  return {
    failedPercent: meanOf(cells.map(({ failedPercent }) => failedPercent)),
    avgMs: meanOf(cells.map(({ avgMs }) => avgMs)),
    lossPercent: meanOf(cells.map(({ lossPercent }) => lossPercent)),
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}
