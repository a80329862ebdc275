import {
  fileEntries,
  ORIGIN_FIELD,
  type SettingEntry,
} from "../../shared/alerting/operators/operators.ts";
import { toIso } from "../../shared/units.ts";
import type { AlertingStore } from "../ports/alerting-store.ts";
import { diffFields, type FieldChange } from "./diff-fields.ts";
import type { Wanted } from "./propose-changes.ts";

/** A setting whose stored version differs, with the fields that do. */
export interface SettingChange {
  readonly entry: SettingEntry;
  readonly fields: readonly FieldChange[];
}

/** What turns the stored settings of task files into the wanted ones; every list is in order of keys. */
export interface SettingChanges {
  readonly add: readonly SettingEntry[];
  readonly change: readonly SettingChange[];
  readonly remove: readonly string[];
  /** Settings of files that are not wanted and not removed either, because something could not be read. */
  readonly keep: readonly string[];
  readonly unchanged: readonly string[];
}

/** An entry says when it was stored first; a file does not. */
const CREATED_FIELD = "created_at";

/** Compares stored settings with the wanted ones. Those of commands stay, unless a file has their key. */
export function proposeSettings(
  stored: readonly SettingEntry[],
  { settings, problems }: Pick<Wanted, "settings" | "problems">,
): SettingChanges {
  const held = new Map(stored.map((entry) => [entry.key, entry]));
  const wanted = settings === undefined ? [] : fileEntries(settings).toSorted(byKey);
  const keys = new Set(wanted.map(({ key }) => key));
  const compared = wanted.flatMap((entry) => {
    const before = held.get(entry.key);
    return before === undefined ? [] : { entry, fields: changedFields(before, entry) };
  });
  const missing = stored
    .filter(({ key, fields }) => fields[ORIGIN_FIELD] === "file" && !keys.has(key))
    .map(({ key }) => key);
  const isHidden = problems.some(({ task }) => task === null);
  return {
    add: wanted.filter(({ key }) => !held.has(key)),
    change: compared.filter(({ fields }) => fields.length > 0),
    remove: isHidden ? [] : missing,
    keep: isHidden ? missing : [],
    unchanged: compared.filter(({ fields }) => fields.length === 0).map(({ entry }) => entry.key),
  };
}

function changedFields(before: SettingEntry, wanted: SettingEntry): FieldChange[] {
  return diffFields(withoutTime(before.fields), withoutTime(wanted.fields));
}

function withoutTime(fields: SettingEntry["fields"]): SettingEntry["fields"] {
  const { [CREATED_FIELD]: _, ...rest } = fields;
  return rest;
}

function byKey(a: SettingEntry, b: SettingEntry): number {
  return a.key < b.key ? -1 : 1;
}

/** Stores what is new or differs, as of an instant, and removes what is to be removed. */
export async function applySettings(
  store: Pick<AlertingStore, "putSettings" | "deleteSettings">,
  { add, change, remove }: Pick<SettingChanges, "add" | "change" | "remove">,
  nowMs: number,
): Promise<void> {
  const entries = [...add, ...change.map(({ entry }) => entry)];
  await store.putSettings(entries.map((entry) => dated(entry, nowMs)));
  await store.deleteSettings(remove);
}

/** Only a maintenance is told of when it is new. */
function dated({ key, fields }: SettingEntry, nowMs: number): SettingEntry {
  if (!key.startsWith("maintenance#")) return { key, fields };
  return { key, fields: { [CREATED_FIELD]: toIso(nowMs), ...fields } };
}
