import { type Column, formatTable, type Row } from "../../terminal/table.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption } from "../command/read-option.ts";
import { csvLines } from "./csv.ts";

/** How records of one kind look in a table. */
export interface Layout<T> {
  readonly columns: readonly Column[];
  readonly toRow: (record: T) => Row;
  /** Said on standard error if there is no record. */
  readonly whenEmpty: string;
}

/** How records of one kind look in CSV. */
export interface CsvLayout<T> {
  /** Those that every record may have, in the order of the columns. */
  readonly fields: readonly string[];
  /** The record by fields; left out, as it is. */
  readonly toFields?: (record: T) => object;
  /** The line of names was printed before. */
  readonly isContinued?: boolean;
}

/** The option of commands that print CSV. */
export const CSV_OPTION: Options = {
  csv: { type: "boolean", about: "Print CSV, with a line of the fields' names." },
};

/** Whether a call asks for records instead of a table; throws UsageError if it asks for JSON and CSV. */
export function wantsRecords(call: Call): boolean {
  return wantsCsv(call) || flagOption(call, "json");
}

/** Prints records as JSON lines under `--json`, as CSV under `--csv`, else as one table. */
export function printRows<T extends object>(
  call: Call,
  records: readonly T[],
  { csv, ...layout }: Layout<T> & { readonly csv?: CsvLayout<T> },
): void {
  if (wantsRecords(call)) printRecords(call, records, csv ?? { fields: [] });
  else printTable(call, records, layout);
}

/** Prints records as CSV under `--csv`, else as JSON lines. */
export function printRecords<T extends object>(
  call: Call,
  records: readonly T[],
  csv: CsvLayout<T>,
): void {
  if (wantsCsv(call)) printCsv(call, records, csv);
  else for (const record of records) call.io.out(JSON.stringify(record));
}

/** Prints rows as one table, or what is said without any on standard error. */
export function printTable<T>({ io }: Call, rows: readonly T[], layout: Layout<T>): void {
  if (rows.length === 0) {
    io.error(layout.whenEmpty);
    return;
  }
  for (const line of formatTable(layout.columns, rows.map(layout.toRow))) io.out(line);
}

function wantsCsv(call: Call): boolean {
  if (!flagOption(call, "csv")) return false;
  if (flagOption(call, "json")) throw new UsageError("--csv does not go with --json.");
  return true;
}

function printCsv<T extends object>(
  { io }: Call,
  records: readonly T[],
  { fields, toFields, isContinued = false }: CsvLayout<T>,
): void {
  const lines = csvLines(fields, toFields === undefined ? records : records.map(toFields));
  // The output ends lines with LF itself.
  for (const line of lines.slice(isContinued ? 1 : 0)) io.out(`${line}\r`);
}
