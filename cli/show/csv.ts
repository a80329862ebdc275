import { escapeUnprintable } from "../../shared/input/input.ts";

/** A spreadsheet takes a text that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * One line of CSV (RFC 4180), without its end, which is CRLF. Null and undefined are empty cells,
 * lists and objects are JSON. What can't be printed becomes its code, and no text is a formula.
 */
export function csvLine(cells: readonly unknown[]): string {
  return cells.map(csvCell).join(",");
}

/** Records as CSV: a line of the fields' names, and one for each record. Fields beyond the given ones come after them. */
export function csvLines(fields: readonly string[], records: readonly object[]): string[] {
  const names = new Set(fields);
  for (const record of records) for (const name of Object.keys(record)) names.add(name);
  const rows = records.map((record) => {
    const cells = new Map(Object.entries(record));
    return csvLine([...names].map((name) => cells.get(name)));
  });
  return [csvLine([...names]), ...rows];
}

function csvCell(cell: unknown): string {
  const text = textOf(cell);
  const isFormula = FORMULA.test(text) && !NUMBER.test(text);
  const shown = escapeUnprintable(isFormula ? `'${text}` : text);
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
