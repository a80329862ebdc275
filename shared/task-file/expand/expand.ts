import { type Fields, ownField } from "../../input/input.ts";
import { withDefaults } from "./defaults.ts";
import { readDurations } from "./durations.ts";
import { type Environment, type Fault, fillPlaces, type TargetPlaces } from "./places.ts";
import { hasLists, type ListedTarget, listTargets } from "./targets.ts";

export { isFromDefaults } from "./defaults.ts";
export { escapePlaces } from "./escape-places.ts";
export type { Environment, Fault } from "./places.ts";

/** A table as it is read: its plain fields, and what could not be made of what was written. */
export interface ExpandedTable {
  readonly fields: Fields;
  readonly faults: readonly Fault[];
  /** Durations as they were written, by the field whose number they are. */
  readonly written: ReadonlyMap<string, string>;
}

/** The tasks that an entry stands for, or the faults of its lists and names, with which it stands for none. */
export interface ExpandedEntry {
  readonly tables: readonly ExpandedTable[];
  readonly faults: readonly Fault[];
}

/** What is known where a file is expanded. */
export interface ExpandContext {
  readonly environment: Environment;
  readonly defaults: Fields;
}

/** Fills the variables of a table and reads its durations. */
export function expandTable(
  table: Fields,
  environment: Environment,
  places: TargetPlaces | null = null,
): ExpandedTable {
  const faults: Fault[] = [];
  const written = new Map<string, string>();
  const filled = fillPlaces(table, "", { environment, places, faults });
  return { fields: readDurations(filled, "", written) as Fields, faults, written };
}

/** Expands the entry of a file: usually one task, and as many as its lists of hosts and ports make. */
export function expandEntry(own: Fields, context: ExpandContext): ExpandedEntry {
  const merged = withDefaults(own, context.defaults);
  if (!hasLists(merged)) {
    return { tables: [expandTable(merged, context.environment)], faults: [] };
  }
  const { hosts, ports, host, port, ...rest } = merged;
  const lists = expandTable(omitAbsent({ hosts, ports, host, port }), context.environment);
  if (lists.faults.length > 0) return { tables: [], faults: lists.faults };
  const listed = listTargets({ ...lists.fields, ...omitAbsent({ url: rest.url }) });
  if (listed.fault !== undefined) return { tables: [], faults: [listed.fault] };
  return unlessDoubled(
    listed.targets.map((target) => expandTarget(rest, target, context.environment)),
  );
}

function expandTarget(
  rest: Fields,
  { fields, places }: ListedTarget,
  environment: Environment,
): ExpandedTable {
  const table = expandTable(rest, environment, places);
  // A host from a variable is not looked at again.
  return { ...table, fields: { ...table.fields, ...fields } };
}

/** Two tasks of one name would be one: the template of the names is wrong. */
function unlessDoubled(tables: readonly ExpandedTable[]): ExpandedEntry {
  const counts = new Map<unknown, number>();
  for (const { fields } of tables) {
    const name = ownField(fields, "name");
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const doubled = [...counts].find(([, count]) => count > 1);
  if (doubled === undefined) return { tables, faults: [] };
  const [name, count] = doubled;
  const rule = `gives ${JSON.stringify(name)} to ${count} of its ${tables.length} tasks: use {host} and {port} in it, and each host and port once`;
  return { tables: [], faults: [{ field: "name", rule }] };
}

function omitAbsent(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
