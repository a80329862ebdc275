import { stripVTControlCharacters } from "node:util";
import { widthOf as columnsOf } from "../../terminal/fit-text.ts";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

export type Row = readonly string[];

/** Lines of a table whose columns are aligned by what is seen; colours take no room. */
export function formatTable(columns: readonly Column[], rows: readonly Row[]): string[] {
  const head = columns.map((column) => column.title);
  const widths = columns.map((_, i) => widestOf(i, [head, ...rows]));
  return [head, ...rows].map((row) => formatRow(columns, widths, row));
}

function widestOf(place: number, rows: readonly Row[]): number {
  let widest = 0;
  for (const row of rows) widest = Math.max(widest, widthOf(row[place] ?? ""));
  return widest;
}

function formatRow(columns: readonly Column[], widths: readonly number[], row: Row): string {
  const cells = columns.map((column, i) => {
    const cell = row[i] ?? "";
    const room = " ".repeat((widths[i] ?? 0) - widthOf(cell));
    return column.align === "right" ? room + cell : cell + room;
  });
  return cells.join("  ").trimEnd();
}

function widthOf(cell: string): number {
  return columnsOf(stripVTControlCharacters(cell));
}
