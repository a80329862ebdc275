import type { TaskStatus } from "../../shared/health/health.ts";
import type { DurationMs, RegionName } from "../../shared/units.ts";
import { type Colour, statusColour } from "../../terminal/paint.ts";
import type { Column as TableColumn } from "../../terminal/table.ts";
import { widthOf } from "../../terminal/width.ts";
import { figure, percent } from "./show-figures.ts";

/** The last result of a task in one region. */
export interface RegionCell {
  readonly state: "ok" | "fail" | "none";
  /** One short word. */
  readonly word: string;
}

/** One task as the table shows it; null is a figure that is not known yet. */
export interface TableRow {
  readonly name: string;
  /** Null before its first minute is judged. */
  readonly state: TaskStatus | null;
  /** Since when it has this state; empty if it is not known. */
  readonly since: string;
  readonly regions: readonly RegionCell[];
  readonly lastMs: DurationMs | null;
  readonly avgMs: DurationMs | null;
  readonly p95Ms: DurationMs | null;
  readonly failurePercent: number | null;
  readonly nextInMs: DurationMs | null;
  /** What is special about the task, in one or two words; empty if nothing is. */
  readonly note: string;
}

/** A column that keeps its width, so that the table does not jump from one drawing to the next. */
export interface Column extends TableColumn {
  readonly width: number;
  readonly cell: (row: TableRow) => { readonly text: string; readonly colour: Colour | null };
}

const REGION_WIDTH = 9;

const COLOURS = { ok: "green", fail: "red", none: "dim" } as const;
const MARKS = { ok: "●", fail: "●", none: "○" } as const;

/** The names of the tasks. */
export function nameColumn(width: number): Column {
  return {
    title: "TASK",
    width,
    align: "left",
    cell: ({ name }) => ({ text: name, colour: null }),
  };
}

/** A column a region: a mark and a word. */
export function regionColumns(regions: readonly RegionName[]): Column[] {
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
export function marksColumn(regions: readonly RegionName[]): Column {
  return {
    title: "REGIONS",
    width: Math.max(7, regions.length),
    align: "left",
    cell: (row) => ({
      text: row.regions.map(({ state }) => COMPACT_MARKS[state]).join(""),
      colour: hasFailure(row) ? "red" : "green",
    }),
  };
}

const COMPACT_MARKS = { ok: "●", fail: "x", none: "○" } as const;

/** Last, average, p95, failures and the next check. */
export const NUMBERS: readonly [Column, Column, Column, Column, Column] = [
  number("LAST ms", 7, (row) => figure(row.lastMs)),
  number("AVG ms", 7, (row) => figure(row.avgMs)),
  number("P95 ms", 7, (row) => figure(row.p95Ms)),
  number("FAIL", 5, (row) => (row.failurePercent === null ? "–" : percent(row.failurePercent))),
  number("NEXT", 5, (row) => (row.nextInMs === null ? "–" : countdown(row.nextInMs))),
];

/** What is special. */
export const NOTES: Column = {
  title: "NOTE",
  width: 9,
  align: "left",
  cell: ({ note }) => ({ text: note, colour: "yellow" }),
};

function number(title: string, width: number, text: (row: TableRow) => string): Column {
  return { title, width, align: "right", cell: (row) => ({ text: text(row), colour: null }) };
}

/** The state in a word, which says without its colour what it is. */
export const STATE: Column = {
  title: "STATE",
  width: 8,
  align: "left",
  cell: ({ state }) => ({
    text: state ?? "–",
    colour: state === null ? "dim" : statusColour(state),
  }),
};

/** Since when it has this state, UTC. */
export const SINCE: Column = {
  title: "SINCE",
  width: 10,
  align: "left",
  cell: ({ since }) => ({ text: since, colour: null }),
};

/** Whether its last check failed in a region. */
export function hasFailure(row: TableRow): boolean {
  return row.regions.some(({ state }) => state === "fail");
}

function countdown(ms: DurationMs): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} m` : `${Math.ceil(minutes / 60)} h`;
}
