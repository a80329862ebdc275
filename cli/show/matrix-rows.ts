import {
  faultOf,
  isTroubled,
  type MatrixCell,
  type MatrixRow,
} from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { paint } from "../../terminal/paint.ts";
import { left } from "../../terminal/table.ts";
import type { Io } from "../command/io.ts";
import { NONE, showMs, showPercent } from "./figures.ts";
import type { Layout } from "./print-rows.ts";

/** The fields of a cell of the matrix, in the order of CSV's columns. */
export const MATRIX_FIELDS = [
  ...["task_name", "host", "target_id", "region", "sample_count"],
  ...["failed_percent", "avg_connect_time_ms", "loss_percent", "fault"],
];

/** A record for each region of each task. */
export function matrixRecords(rows: readonly MatrixRow[]): object[] {
  return rows.flatMap((row) =>
    Object.entries(row.cells).map(([region, cell]) => ({
      task_name: row.taskName,
      host: row.host,
      target_id: row.targetId,
      region,
      sample_count: cell.sampleCount,
      failed_percent: cell.failedPercent,
      avg_connect_time_ms: cell.avgConnectTimeMs,
      loss_percent: cell.lossPercent,
      fault: faultWord(row),
    })),
  );
}

/** The table of tasks by regions; those in trouble come first. */
export function matrixLayout(io: Io, regions: readonly string[]): Layout<MatrixRow> {
  return {
    columns: [left("TASK"), left("TARGET"), ...regions.map(left), left("WHOSE")],
    toRow: (row) => [
      escapeUnprintable(row.taskName),
      escapeUnprintable(row.host),
      ...regions.map((region) => showCell(row.cells[region], io.colours)),
      showFault(row, io.colours),
    ],
    whenEmpty: "No check is in these minutes.",
  };
}

/** Rows in trouble first: those of targets before those of paths, then in their order. */
export function troubledFirst(rows: readonly MatrixRow[]): MatrixRow[] {
  const rankOf = (row: MatrixRow): number => {
    const fault = faultOf(row);
    if (fault === null) return 2;
    return fault.kind === "target" ? 0 : 1;
  };
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function showCell(cell: MatrixCell | undefined, colours: boolean): string {
  if (cell === undefined || cell.failedPercent === null) return NONE;
  const { failedPercent, avgConnectTimeMs, lossPercent } = cell;
  const words = [
    ...(failedPercent > 0 ? [`${showPercent(failedPercent)} failed`] : []),
    ...(avgConnectTimeMs === null ? [] : [showMs(avgConnectTimeMs)]),
    ...((lossPercent ?? 0) > 0 ? [`loss ${showPercent(lossPercent)}`] : []),
  ].join(", ");
  const text = words === "" ? "passed" : words;
  return paint(text, isTroubled(cell) ? "red" : null, colours);
}

function faultWord(row: MatrixRow): string | null {
  const fault = faultOf(row);
  if (fault === null) return null;
  return fault.kind === "target" ? "target" : `path from ${fault.regions.join(", ")}`;
}

function showFault(row: MatrixRow, colours: boolean): string {
  const word = faultWord(row);
  return word === null ? "" : paint(word, "red", colours);
}
