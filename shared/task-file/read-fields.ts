import { type Fields, isFields, ownField, type Problem } from "../input/input.ts";
import { parseTask, type TaskContext, taskLabel } from "../task/task.ts";
import {
  type Environment,
  type ExpandedTable,
  expandEntry,
  expandTable,
  isFromDefaults,
} from "./expand/expand.ts";
import type { Entry } from "./sections.ts";

/** The defaults of one file, with what is wrong with them. */
export interface Defaults {
  readonly fields: Fields;
  readonly problems: readonly Problem[];
}

/** What is known where the entries of a file are read. */
export interface EntryContext {
  readonly file: string;
  readonly environment: Environment;
  readonly defaults: Defaults;
}

/** The fields of one task as `parseTask` reads them, and how they came about. */
export interface ReadFields extends Omit<ExpandedTable, "fields"> {
  readonly fields: unknown;
  /** The fields that the task has itself. */
  readonly own: Fields;
}

/** The tasks of an entry as plain fields. What was stored is read as it is, without anything filled in. */
export function expandedEntry(
  { raw, isStored }: Pick<Entry, "raw" | "isStored">,
  { environment, defaults }: EntryContext,
): { readonly tables: readonly ReadFields[]; readonly faults: ExpandedTable["faults"] } {
  if (isStored || !isFields(raw)) {
    const own = isFields(raw) ? raw : {};
    return { tables: [{ fields: raw, own, faults: [], written: new Map() }], faults: [] };
  }
  const { tables, faults } = expandEntry(raw, { environment, defaults: defaults.fields });
  return { tables: tables.map((table) => ({ ...withoutFaultyName(table), own: raw })), faults };
}

/** A name whose variable is missing is no name, and its task may be any stored one. */
function withoutFaultyName(table: ExpandedTable): ExpandedTable {
  if (!table.faults.some(({ field }) => field === "name")) return table;
  const { name: _, ...fields } = table.fields;
  return { ...table, fields };
}

/**
 * The problems of a task as its user reads them: a duration as it was written, a field of the defaults
 * by that name, and nothing that is told of the defaults already.
 */
export function toldProblems(
  { fields, own, faults, written }: ReadFields,
  found: readonly Problem[],
  { file, defaults, position }: EntryContext & Pick<TaskContext, "position">,
): Problem[] {
  const missing = faults.map(({ field }) => field);
  const task = taskLabel(fields, position);
  const all = [
    ...faults.map((fault) => ({ file, task, value: undefined, ...fault })),
    ...found.filter(({ field }) => !missing.includes(field)),
  ];
  return all.flatMap((problem) => {
    const value = written.get(problem.field) ?? problem.value;
    if (!isFromDefaults(problem.field, own, defaults.fields)) return { ...problem, value };
    const field = `defaults.${problem.field}`;
    const isTold = defaults.problems.some((told) => told.field === field);
    return isTold ? [] : { ...problem, field, value };
  });
}

/** What each task has of its own. */
const NO_DEFAULTS = ["name", "host", "port", "url", "hosts", "ports", "params"];

/** A task in which any default that is right for some task is right. */
const STAND_IN: Fields = { name: "t", host: "example.com:1", schedule_seconds: 86_400 };

/** Reads the section `defaults` of a file. Each of its problems is told once. */
export function readDefaults(
  section: unknown,
  context: Omit<EntryContext, "defaults"> & TaskContext,
): Defaults {
  if (section === undefined) return { fields: {}, problems: [] };
  const about = { file: context.file, task: null };
  if (!isFields(section)) {
    const rule = "must be a table of fields";
    return { fields: {}, problems: [{ ...about, field: "defaults", rule, value: section }] };
  }
  const misplaced = NO_DEFAULTS.filter((name) => ownField(section, name) !== undefined);
  const fields = Object.fromEntries(
    Object.entries(section).filter(([name]) => !misplaced.includes(name)),
  );
  const rule = "can't be a default: each task has its own";
  return {
    fields,
    problems: [
      ...misplaced.map((name) => ({
        ...about,
        field: `defaults.${name}`,
        rule,
        value: undefined,
      })),
      ...problemsOf(fields, context).map((problem) => ({
        ...problem,
        ...about,
        field: `defaults.${problem.field}`,
      })),
    ],
  };
}

function problemsOf(
  fields: Fields,
  context: Omit<EntryContext, "defaults"> & TaskContext,
): readonly Problem[] {
  const table = expandTable({ ...STAND_IN, ...fields }, context.environment);
  const parsed = parseTask(table.fields, context);
  const defaults = { fields: {}, problems: [] };
  return toldProblems({ ...table, own: fields }, parsed.problems ?? [], { ...context, defaults });
}
