import type { DurationMs, RegionName } from "../../shared/units.ts";
import { type Colour, paint } from "../../terminal/paint.ts";
import { formatTable, type Column as TableColumn } from "../../terminal/table.ts";
import { fitText, widthOf } from "../../terminal/width.ts";

/** The last result of a task in one region. */
export interface RegionCell {
  readonly state: "ok" | "fail" | "none";
  /** One short word. */
  readonly word: string;
}

/** One task as the table shows it; null is a figure that is not known yet. */
export interface TableRow {
  readonly name: string;
  readonly regions: readonly RegionCell[];
  readonly lastMs: DurationMs | null;
  readonly avgMs: DurationMs | null;
  readonly p95Ms: DurationMs | null;
  readonly failurePercent: number | null;
  readonly nextInMs: DurationMs | null;
  /** What is special about the task, in one or two words; empty if nothing is. */
  readonly note: string;
}

/** The room that the table has, and whether it may use colours. */
export interface TableShape {
  readonly regions: readonly RegionName[];
  /** Columns of the terminal. */
  readonly width: number;
  /** Lines that the table may take. */
  readonly height: number;
  readonly colours: boolean;
}

/** A column that keeps its width, so that the table does not jump from one drawing to the next. */
interface Column extends TableColumn {
  readonly width: number;
  readonly cell: (row: TableRow) => { readonly text: string; readonly colour: Colour | null };
}

/** Columns of the terminal between two columns of the table. */
const GAP_WIDTH = 2;
const MIN_NAME_WIDTH = 12;
const REGION_WIDTH = 9;

const COLOURS = { ok: "green", fail: "red", none: "dim" } as const;
const MARKS = { ok: "●", fail: "●", none: "○" } as const;

/** The lines of the live table; they fit the shape. If not every task fits, failing tasks come first and the last line counts the rest. */
export function taskTable(rows: readonly TableRow[], shape: TableShape): string[] {
  const columns = chooseColumns(rows, shape);
  const room = Math.max(1, shape.height - 1);
  const shown = rows.length <= room ? rows : failingFirst(rows).slice(0, room - 1);
  const titles = columns.map(({ title, width, align }) => fitText(title, width, align));
  const fitted = columns.map(({ align }, i) => ({ title: titles[i] ?? "", align }));
  const cells = shown.map((row) => cellsOf(row, columns, shape.colours));
  const [head = "", ...lines] = formatTable(fitted, cells);
  const rest = rows.length <= room ? [] : [restLine(failingFirst(rows).slice(room - 1), shape)];
  return [paint(head, "dim", shape.colours), ...lines, ...rest];
}

function cellsOf(row: TableRow, columns: readonly Column[], colours: boolean): string[] {
  return columns.map(({ cell, width, align }) => {
    const { text, colour } = cell(row);
    return paint(fitText(text, width, align), colour, colours);
  });
}

function isFailing(row: TableRow): boolean {
  return row.regions.some(({ state }) => state === "fail");
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
  const choices = [
    [...full, ...NUMBERS, ...notes],
    [marksColumn(shape.regions), ...NUMBERS, ...notes],
    [marksColumn(shape.regions), last, p95, fail, ...notes],
    [marksColumn(shape.regions), fail, ...notes],
    [marksColumn(shape.regions), ...notes],
    [marksColumn(shape.regions)],
  ];
  const fitting = choices.find((columns) => shape.width - widthOfAll(columns) >= wanted);
  const columns = fitting ?? [marksColumn(shape.regions)];
  const nameWidth = Math.max(1, Math.min(longest, shape.width - widthOfAll(columns)));
  return [nameColumn(nameWidth), ...columns];
}

function widthOfAll(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + GAP_WIDTH + column.width, 0);
}

function nameColumn(width: number): Column {
  return {
    title: "TASK",
    width,
    align: "left",
    cell: ({ name }) => ({ text: name, colour: null }),
  };
}

function regionColumns(regions: readonly RegionName[]): Column[] {
  return regions.map((region, i) => ({
    title: region,
    width: Math.max(REGION_WIDTH, widthOf(region)),
    align: "left",
    cell: (row) => {
      const { state, word } = row.regions[i] ?? { state: "none", word: "" };
      return { text: `${MARKS[state]} ${word}`, colour: COLOURS[state] };
    },
  }));
}

/** All regions in one column, one mark each; the cell has the colour of the worst one. */
function marksColumn(regions: readonly RegionName[]): Column {
  return {
    title: "REGIONS",
    width: Math.max(7, regions.length),
    align: "left",
    cell: (row) => ({
      text: row.regions.map(({ state }) => COMPACT_MARKS[state]).join(""),
      colour: isFailing(row) ? "red" : "green",
    }),
  };
}

const COMPACT_MARKS = { ok: "●", fail: "x", none: "○" } as const;

const NUMBERS: readonly [Column, Column, Column, Column, Column] = [
  number("LAST ms", 7, (row) => figure(row.lastMs)),
  number("AVG ms", 7, (row) => figure(row.avgMs)),
  number("P95 ms", 7, (row) => figure(row.p95Ms)),
  number("FAIL", 5, (row) => (row.failurePercent === null ? "–" : percent(row.failurePercent))),
  number("NEXT", 5, (row) => (row.nextInMs === null ? "–" : countdown(row.nextInMs))),
];

const NOTES: Column = {
  title: "NOTE",
  width: 9,
  align: "left",
  cell: ({ note }) => ({ text: note, colour: "yellow" }),
};

function number(title: string, width: number, text: (row: TableRow) => string): Column {
  return { title, width, align: "right", cell: (row) => ({ text: text(row), colour: null }) };
}

/** Milliseconds with their unit and at most two decimals, or a dash if they are not known. */
export function milliseconds(ms: DurationMs | null): string {
  return ms === null ? "–" : `${figure(ms)} ms`;
}

function figure(ms: DurationMs | null): string {
  if (ms === null) return "–";
  return ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

/** A share in whole percent: 0 % and 100 % only if it is exactly that. */
export function percent(value: number): string {
  const rounded = Math.round(value);
  if (rounded === 0 && value > 0) return "<1 %";
  if (rounded === 100 && value < 100) return ">99 %";
  return `${rounded} %`;
}

function countdown(ms: DurationMs): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} m` : `${Math.ceil(minutes / 60)} h`;
}
