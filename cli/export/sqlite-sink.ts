import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { AggMetric } from "../../shared/summary/summary.ts";
import { CliError } from "../command/errors.ts";
import type { DraftFile } from "../files/draft-file.ts";
import { fieldsOf, type Part, type Records } from "./columns.ts";
import type { Sink } from "./sink.ts";
import { INDICES_SQL, insertSql, TABLES, TABLES_SQL } from "./sqlite-tables.ts";

type Table = keyof typeof TABLES;

const TABLE_OF: Readonly<Record<Part, Table>> = {
  results: "raw_metric_tcp",
  summaries: "agg_metric_tcp",
  alerts: "alert",
};

/** An SQLite file with the documents' tables. A draft needs no journal on disk: it is thrown away if anything fails. */
export function openSqliteSink(file: DraftFile): Sink {
  const database = openDatabase(file.draft);
  const inserts = new Map<Table, StatementSync>();
  const insert = (table: Table, fields: Readonly<Record<string, unknown>>): void => {
    const statement = inserts.get(table) ?? database.prepare(insertSql(table));
    inserts.set(table, statement);
    statement.run(...Object.keys(TABLES[table]).map((column) => toSql(fields[column])));
  };
  return {
    add: (part, records) => {
      database.exec("BEGIN");
      for (const record of records) {
        insert(TABLE_OF[part], fieldsOf(part, record));
        for (const row of regionRows(part, record)) insert("agg_metric_tcp_region", row);
      }
      database.exec("COMMIT");
      return true;
    },
    finish: () => {
      for (const sql of INDICES_SQL) database.exec(sql);
      database.close();
      file.keep();
    },
    discard: () => {
      if (database.isOpen) database.close();
      file.discard();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = MEMORY");
    database.exec("PRAGMA synchronous = OFF");
    for (const sql of TABLES_SQL) database.exec(sql);
    return database;
  } catch (error) {
    throw new CliError(`${path} can't be written: ${(error as Error).message}.`);
  }
}

/** The figures of each region beside those of all; a minute's host and time are the same. */
function regionRows<P extends Part>(part: P, record: Records[P]): Record<string, unknown>[] {
  if (part !== "summaries") return [];
  const { regions, ...overall } = record as AggMetric;
  const { task_name, period_start, period_end, host, target_id, complete, rev } = overall;
  const shared = { task_name, period_start, period_end, host, target_id, complete, rev };
  return Object.entries(regions).map(([region, figures]) => ({ ...figures, ...shared, region }));
}

function toSql(value: unknown): SQLInputValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  return typeof value === "string" ? value.toWellFormed() : JSON.stringify(value);
}
