import type { RegionName } from "../../shared/units.ts";
import { paint } from "../../terminal/paint.ts";
import { formatTable } from "../../terminal/table.ts";
import { fitText, widthOf } from "../../terminal/width.ts";
import { rankOfState } from "./standing.ts";
import {
  type Column,
  hasFailure,
  marksColumn,
  NOTES,
  NUMBERS,
  nameColumn,
  regionColumns,
  SINCE,
  STATE,
  type TableRow,
} from "./table-columns.ts";

/** The room that the table has, and whether it may use colours. */
export interface TableShape {
  readonly regions: readonly RegionName[];
  /** Columns of the terminal. */
  readonly width: number;
  /** Lines that the table may take. */
  readonly height: number;
  readonly colours: boolean;
}

/** Columns of the terminal between two columns of the table. */
const GAP_WIDTH = 2;
const MIN_NAME_WIDTH = 12;

/** The lines of the live table, the worst state first; they fit the shape. If not every task fits, those that fail come before others of their state, and the last line counts the rest. */
export function taskTable(rows: readonly TableRow[], shape: TableShape): string[] {
  const columns = chooseColumns(rows, shape);
  const room = Math.max(1, shape.height - 1);
  const isWhole = rows.length <= room;
  const sorted = worstFirst(isWhole ? rows : failingFirst(rows));
  const shown = isWhole ? sorted : sorted.slice(0, room - 1);
  const titles = columns.map(({ title, width, align }) => fitText(title, width, align));
  const fitted = columns.map(({ align }, i) => ({ title: titles[i] ?? "", align }));
  const cells = shown.map((row) => cellsOf(row, columns, shape.colours));
  const [head = "", ...lines] = formatTable(fitted, cells);
  const rest = isWhole ? [] : [restLine(sorted.slice(room - 1), shape)];
  return [paint(head, "dim", shape.colours), ...lines, ...rest];
}

function cellsOf(row: TableRow, columns: readonly Column[], colours: boolean): string[] {
  return columns.map(({ cell, width, align }) => {
    const { text, colour } = cell(row);
    return paint(fitText(text, width, align), colour, colours);
  });
}

function isFailing(row: TableRow): boolean {
  return row.state === "CRITICAL" || hasFailure(row);
}

/** The order within a state stays, so that rows do not jump with every result. */
function worstFirst(rows: readonly TableRow[]): TableRow[] {
  return [...rows].sort((a, b) => rankOfState(a.state) - rankOfState(b.state));
}

function failingFirst(rows: readonly TableRow[]): TableRow[] {
  return [...rows.filter(isFailing), ...rows.filter((row) => !isFailing(row))];
}

function restLine(hidden: readonly TableRow[], shape: TableShape): string {
  const failing = hidden.filter(isFailing).length;
  const line = `… and ${hidden.length} more, ${failing === 0 ? "none" : failing} of them failing`;
  return paint(fitText(line, Math.min(shape.width, widthOf(line))), "dim", shape.colours);
}

/** The most columns that leave enough room for the names. */
function chooseColumns(rows: readonly TableRow[], shape: TableShape): Column[] {
  const longest = Math.max(MIN_NAME_WIDTH, ...rows.map(({ name }) => widthOf(name)));
  const wanted = Math.min(longest, 2 * MIN_NAME_WIDTH);
  const full = regionColumns(shape.regions);
  const [last, , p95, fail] = NUMBERS;
  const notes = rows.some(({ note }) => note !== "") ? [NOTES] : [];
  const marks = marksColumn(shape.regions);
  const choices = [
    [STATE, SINCE, ...full, ...NUMBERS, ...notes],
    [STATE, SINCE, ...full, last, p95, fail, ...notes],
    [STATE, SINCE, marks, ...NUMBERS, ...notes],
    [STATE, SINCE, marks, last, p95, fail, ...notes],
    [STATE, marks, last, p95, fail, ...notes],
    [STATE, marks, fail, ...notes],
    [STATE, marks, ...notes],
    [STATE, ...notes],
    [STATE, marks],
    [STATE],
  ];
  const fitting = choices.find((columns) => shape.width - widthOfAll(columns) >= wanted);
  const columns = fitting ?? [STATE];
  const nameWidth = Math.max(1, Math.min(longest, shape.width - widthOfAll(columns)));
  return [nameColumn(nameWidth), ...columns];
}

function widthOfAll(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + GAP_WIDTH + column.width, 0);
}
