import { stringify as toToml } from "smol-toml";
import { stringify as toYaml } from "yaml";
import { ORIGIN_FIELD, type SettingEntry } from "../alerting/operators/operators.ts";
import { type Fields, isFields } from "../input/input.ts";
import { escapePlaces } from "./expand/expand.ts";
import type { Format } from "./syntax.ts";

/** What a file is to hold: tasks in the user's field names, and settings as they are stored. */
export interface PrintedContent {
  readonly tasks: readonly Fields[];
  /** Only those that a file has set are printed: those of commands are no file's. */
  readonly settings: readonly SettingEntry[];
}

const PRINTERS: Readonly<Record<Format, (content: Fields) => string>> = {
  toml: (content) => toToml(content),
  yaml: printYaml,
  json: (content) => `${JSON.stringify(content, null, 2)}\n`,
};

/** A task file that `readTaskFile` reads as the same tasks and settings. */
export function printTaskFile({ tasks, settings }: PrintedContent, format: Format): string {
  const own = settings.filter(({ fields }) => fields[ORIGIN_FIELD] === "file");
  const targets = own.flatMap((entry) => labelled(entry, "target#"));
  const maintenance = own.flatMap((entry) => labelled(entry, "maintenance#"));
  const [alerting] = own.filter(({ key }) => key === "alerting").map(plainEntry);
  const content = {
    ...(alerting !== undefined && { alerting }),
    ...(targets.length > 0 && { targets: Object.fromEntries(targets) }),
    ...(maintenance.length > 0 && {
      maintenance: maintenance.map(([id, one]) => ({ id, ...one })),
    }),
    tasks: tasks.map((task) => escapePlaces(plainOf(task))),
  };
  return PRINTERS[format](content).replaceAll(REPLACEMENT, "\\ufffd");
}

/** In a file it means that a text was not UTF-8, so it stands there as an escape. */
const REPLACEMENT = "\ufffd";

const QUOTED = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" } as const;

/** YAML has escapes in double quotes only. */
function printYaml(content: Fields): string {
  const text = toYaml(content);
  return text.includes(REPLACEMENT) ? toYaml(content, QUOTED) : text;
}

function labelled(entry: SettingEntry, kind: string): [id: string, fields: Fields][] {
  return entry.key.startsWith(kind) ? [[entry.key.slice(kind.length), plainEntry(entry)]] : [];
}

/** An entry says when it was stored first and by what; a file does not. */
function plainEntry({ fields }: SettingEntry): Fields {
  const { [ORIGIN_FIELD]: _, created_at: __, ...own } = fields;
  return escapePlaces(plainOf(own)) as Fields;
}

/** A stored item that breaks the rules may have what a format can't write: null is left out, a set becomes a list. */
function plainOf(value: unknown): unknown {
  if (value instanceof Set) return plainOf([...value]);
  if (Array.isArray(value)) return value.filter((part) => part != null).map(plainOf);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (!isFields(value)) return value;
  const parts = Object.entries(value).filter(([, part]) => part != null);
  return Object.fromEntries(parts.map(([name, part]) => [name, plainOf(part)]));
}
