import { alignText, widthOf } from "./width.ts";

/** A column of a table: its title, and the edge at which its cells stand. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** The cells of one line of a table, in the order of the columns; they may be painted. */
export type Row = readonly string[];

/** A column whose cells begin at its left edge. */
export function left(title: string): Column {
  return { title, align: "left" };
}

/** A column of figures, which end at its right edge. */
export function right(title: string): Column {
  return { title, align: "right" };
}

/** The lines of a table, the titles first. Each column is as wide as its widest cell. */
export function formatTable(columns: readonly Column[], rows: readonly Row[]): string[] {
  return formatRows(columns, [columns.map(({ title }) => title), ...rows]);
}

/** The lines of a table without its titles. */
export function formatRows(
  columns: readonly Pick<Column, "align">[],
  rows: readonly Row[],
): string[] {
  const widths = columns.map((_, i) => widestOf(rows.map((row) => row[i] ?? "")));
  return rows.map((row) => {
    const cells = columns.map(({ align }, i) => alignText(row[i] ?? "", widths[i] ?? 0, align));
    return cells.join("  ").trimEnd();
  });
}

function widestOf(cells: readonly string[]): number {
  let widest = 0;
  for (const cell of cells) widest = Math.max(widest, widthOf(cell));
  return widest;
}
