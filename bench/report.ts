import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A figure over several runs. On a shared machine the median repeats; the rest says how far it strays. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** The value that `share` (0 to 1) of the values do not exceed, by nearest rank; NaN of none. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: quantileOf(values, 0.5),
    min: Math.min(...values),
    max: Math.max(...values),
    runs: values.length,
  };
}

/** `median (least to most)`; blank where nothing was measured. */
export function showSpread({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return "";
  return `${median.toFixed(1).padStart(6)} (${min.toFixed(1)} to ${max.toFixed(1)})`;
}

export type Row = Readonly<Record<string, string | number>>;

/** Rows under one heading, columns as wide as their widest cell, numbers to the right. */
export function formatTable(title: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? "")));
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((line) => line[i]?.length ?? 0)),
  );
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] !== "string"));
  const lay = (line: readonly string[]) =>
    line
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [title, "", lay(columns), ...cells.map(lay), ""].join("\n");
}

/** Prints a bench's table and keeps its figures as JSON in `bench/results/`; `--json` prints those. */
export function publish(name: string, title: string, rows: readonly Row[]): void {
  const document = { bench: name, at: new Date().toISOString(), node: process.version, rows };
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  const asJson = process.argv.includes("--json");
  process.stdout.write(asJson ? `${JSON.stringify(document)}\n` : `${formatTable(title, rows)}\n`);
}

/** Says on standard error what a bench left out, and why. */
export function skip(what: string, why: string): void {
  process.stderr.write(`skipped: ${what} (${why})\n`);
}
