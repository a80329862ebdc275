import type { Column } from "../../terminal/table.ts";
import { NONE } from "./figures.ts";
import type { Layout } from "./print-rows.ts";

/** A column that is shown only if a record has something in it. */
export interface OptionalColumn<T> extends Column {
  /** Null if the record has nothing in it. */
  readonly cell: (record: T) => string | null;
}

/** The layout with those of the optional columns that some record needs, before its last column. */
export function withColumns<T>(
  { columns, toRow, ...layout }: Layout<T>,
  records: readonly T[],
  optional: readonly OptionalColumn<T>[],
): Layout<T> {
  const needed = optional.filter(({ cell }) => records.some((record) => cell(record) !== null));
  return {
    ...layout,
    columns: [...columns.slice(0, -1), ...needed, ...columns.slice(-1)],
    toRow: (record) => {
      const row = toRow(record);
      const cells = needed.map(({ cell }) => cell(record) ?? NONE);
      return [...row.slice(0, -1), ...cells, ...row.slice(-1)];
    },
  };
}
