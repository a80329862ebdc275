import type { SettingEntry } from "../../shared/alerting/operators/operators.ts";

/** What operators set beside tasks. Written by commands and task files, read by plan and the aggregator. */
export interface AlertingStore {
  /** Reads every entry consistently, in order of keys, with one query. Whatever it holds, the parser judges it. */
  readSettings(): Promise<SettingEntry[]>;
  /** Stores entries, each in place of the one with its key. */
  putSettings(entries: readonly SettingEntry[]): Promise<void>;
  /** Deletes the entries with these keys. Keys without an entry are ignored. */
  deleteSettings(keys: readonly string[]): Promise<void>;
}
