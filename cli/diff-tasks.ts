/** A task as the user writes it: attributes in snake_case. */
export type TaskItem = Readonly<Record<string, unknown>>;

export type TaskItems = ReadonlyMap<string, TaskItem>;

/** One attribute that differs; null where one side does not have it. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface TaskChange {
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

/** What turns the stored tasks into the wanted ones; every list is in order of names. */
export interface TaskDiff {
  readonly added: readonly string[];
  readonly changed: readonly TaskChange[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Compares stored tasks with wanted ones. What is in `kept` is not removed, wanted or not. */
export function diffTasks(
  stored: TaskItems,
  wanted: TaskItems,
  kept: ReadonlySet<string>,
): TaskDiff {
  const both = [...wanted.keys()].filter((name) => stored.has(name)).sort();
  const changes = both.map((name) => ({
    name,
    fields: diffFields(stored.get(name) ?? {}, wanted.get(name) ?? {}),
  }));
  return {
    added: [...wanted.keys()].filter((name) => !stored.has(name)).sort(),
    changed: changes.filter((change) => change.fields.length > 0),
    removed: [...stored.keys()].filter((name) => !wanted.has(name) && !kept.has(name)).sort(),
    unchanged: changes.filter((change) => change.fields.length === 0).map((change) => change.name),
  };
}

/** The attributes in which two items differ; nested ones by their path, e.g. `tags.env`. */
export function diffFields(from: TaskItem, to: TaskItem): FieldChange[] {
  const before = flatten(from);
  const after = flatten(to);
  const fields = [...new Set([...before.keys(), ...after.keys()])].sort();
  return fields
    .map((field) => ({
      field,
      from: before.get(field) ?? null,
      to: after.get(field) ?? null,
    }))
    .filter((change) => change.from !== change.to);
}

function flatten(item: TaskItem, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(item)) {
    if (value === undefined) continue;
    if (isRecord(value)) {
      for (const [path, text] of flatten(value, `${prefix}${key}.`)) flat.set(path, text);
    } else {
      flat.set(prefix + key, JSON.stringify(value));
    }
  }
  return flat;
}

function isRecord(value: unknown): value is TaskItem {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
