/** A task as the user writes it: attributes in snake_case. */
export type TaskItem = Readonly<Record<string, unknown>>;

/** One attribute that differs; null where one side does not have it. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
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
