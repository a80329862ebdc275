import { type Column, formatTable, type Row } from "../../terminal/table.ts";
import type { Call } from "../command/command.ts";
import { flagOption } from "../command/read-option.ts";

/** How records of one kind look in a table. */
export interface Layout<T> {
  readonly columns: readonly Column[];
  readonly toRow: (record: T) => Row;
  /** Said on standard error if there is no record. */
  readonly whenEmpty: string;
}

/** Prints records as JSON lines under `--json`, else as one table. */
export function printRows<T>(call: Call, records: readonly T[], layout: Layout<T>): void {
  if (flagOption(call, "json")) {
    for (const record of records) call.io.out(JSON.stringify(record));
    return;
  }
  if (records.length === 0) {
    call.io.error(layout.whenEmpty);
    return;
  }
  const lines = formatTable(layout.columns, records.map(layout.toRow));
  for (const line of lines) call.io.out(line);
}
