/** One object of a configuration, which is read field by field, and the problems found so far. */
export interface ConfigReader {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The same list for every reader of one configuration. */
  readonly problems: string[];
}

/** Adds a problem, such as `fleet.resultDays must be a whole number from 1 to 3650, is 0`. */
export function refuse(reader: ConfigReader, field: string, rule: string, value: unknown): void {
  const shown = value === undefined ? "missing" : JSON.stringify(value);
  reader.problems.push(`${reader.path}.${field} must be ${rule}, is ${shown}`);
}

/** Makes a reader of `raw`, which must be an object that has no other fields than `known`. */
export function readerOf(
  path: string,
  raw: unknown,
  known: readonly string[],
  problems: string[],
): ConfigReader {
  if (!isObject(raw)) {
    problems.push(`${path} must be an object, is ${JSON.stringify(raw) ?? "missing"}`);
    return { path, fields: {}, problems };
  }
  for (const [field, value] of Object.entries(raw)) {
    if (!known.includes(field))
      problems.push(`${path}.${field} is not a known field (known: ${known.join(", ")})`);
    else if (value === null)
      problems.push(`${path}.${field} must not be null: give it a value, or leave it out`);
  }
  return { path, fields: withoutNulls(raw), problems };
}

/** What is null has been refused, and is as absent from then on. */
function withoutNulls(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null));
}

/** Makes a reader of an entry of a list, which is an object with a name, or only the name. */
export function entryReaderOf(
  path: string,
  raw: unknown,
  known: readonly string[],
  problems: string[],
): ConfigReader {
  if (typeof raw === "string") return readerOf(path, { name: raw }, known, problems);
  if (isNamed(raw)) return readerOf(path, raw, known, problems);
  problems.push(`${path} must be a name, or an object with a name, is ${JSON.stringify(raw)}`);
  return { path, fields: {}, problems };
}

/** Whether an entry of a list has the form of one: a name or an object. */
export function isNamed(raw: unknown): boolean {
  return typeof raw === "string" || isObject(raw);
}

/** Whether a value is an object with fields: neither null nor a list. */
export function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

/** Reads a whole number from `least` to `most`; `fallback` if it is absent or wrong. */
export function readCount(
  reader: ConfigReader,
  field: string,
  limits: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  const value = reader.fields[field];
  if (value === undefined) return limits.fallback;
  if (Number.isInteger(value) && Number(value) >= limits.least && Number(value) <= limits.most)
    return Number(value);
  refuse(reader, field, `a whole number from ${limits.least} to ${limits.most}`, value);
  return limits.fallback;
}

/** Reads a whole number, or null where the fleet's size decides: `"auto"`, or nothing. */
export function readSize(
  reader: ConfigReader,
  field: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | null {
  const value = reader.fields[field] ?? "auto";
  if (value === "auto") return null;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)
    return Number(value);
  refuse(reader, field, `"auto" or a whole number from ${least} to ${most}`, value);
  return null;
}

/** Reads true or false; `fallback` if it is absent or wrong. */
export function readBoolean(reader: ConfigReader, field: string, fallback: boolean): boolean {
  const value = reader.fields[field];
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  refuse(reader, field, "true or false", value);
  return fallback;
}

/** Reads a text that matches `form.pattern`, which `form.rule` says in words. */
export function readText(
  reader: ConfigReader,
  field: string,
  form: { readonly pattern: RegExp; readonly rule: string; readonly fallback: string },
): string {
  const value = reader.fields[field];
  if (value === undefined) return form.fallback;
  if (typeof value === "string" && form.pattern.test(value)) return value;
  refuse(reader, field, form.rule, value);
  return form.fallback;
}

/** Reads a list of texts that `form.accepts`, each once; empty if it is absent. */
export function readDistinct(reader: ConfigReader, field: string, form: TextForm): string[] {
  const texts = readTexts(reader, field, form);
  texts.forEach((text, i) => {
    if (texts.indexOf(text) === i) return;
    reader.problems.push(`${reader.path}.${field} has ${text} a second time`);
  });
  return texts;
}

/** What the texts of a list must be, also in words. */
interface TextForm {
  readonly accepts: (text: string) => boolean;
  readonly rule: string;
}

/** Reads a list of texts that `form.accepts`; empty if it is absent. */
export function readTexts(reader: ConfigReader, field: string, form: TextForm): string[] {
  const value = reader.fields[field];
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    refuse(reader, field, `a list, each ${form.rule}`, value);
    return [];
  }
  const texts: string[] = [];
  value.forEach((entry: unknown, i) => {
    if (typeof entry === "string" && form.accepts(entry)) texts.push(entry);
    else refuse(reader, `${field}[${i}]`, form.rule, entry);
  });
  return texts;
}
