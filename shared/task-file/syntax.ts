import { parse as parseToml, TomlError } from "smol-toml";
import { LineCounter, parseDocument } from "yaml";
import { findJsonFault, MAX_DEPTH, TOO_DEEP } from "./json-fault.ts";

/** The formats of task files. */
export const FORMATS = ["toml", "yaml", "json"] as const;

/** One of the formats of task files. */
export type Format = (typeof FORMATS)[number];

/** The position where a text breaks the rules of its format, and how. */
export interface SyntaxFault {
  /** From 1; null if the fault has no single position. */
  readonly position: { readonly line: number; readonly column: number } | null;
  readonly reason: string;
}

/** The value of a text that its parser could read. */
export interface Readable {
  readonly format: Format;
  readonly value: unknown;
  readonly faults?: undefined;
}

/** The faults of a text that its parser could not read. */
export interface Unreadable {
  readonly format: Format;
  readonly value?: undefined;
  readonly faults: readonly SyntaxFault[];
}

/** The result of reading a text. */
export type Content = Readable | Unreadable;

const READERS: Readonly<Record<Format, (text: string) => Content>> = {
  toml: readToml,
  yaml: readYaml,
  json: readJson,
};

const FORMATS_BY_ENDING: ReadonlyMap<string, Format> = new Map([
  ["toml", "toml"],
  ["yaml", "yaml"],
  ["yml", "yaml"],
  ["json", "json"],
]);

/** More copies of one value than this, the one at its anchor included, count as an attack. */
const MAX_ALIASES = 1_000;

/** One typing error can give a YAML parser a fault on every line after it. */
const MAX_FAULTS = 5;

/** The format of a file by the end of its name; null if that is unknown. */
export function formatOf(fileName: string): Format | null {
  const ending = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return FORMATS_BY_ENDING.get(ending) ?? null;
}

/** Reads a text by its file's extension, or in the first format that fits if that is unknown. */
export function readContent(fileName: string, text: string): Content {
  const format = formatOf(fileName);
  const plainText = text.replace(/^\ufeff/, "");
  const content = format === null ? guessContent(plainText) : READERS[format](plainText);
  if (content.faults !== undefined || !isDeeper(content.value, MAX_DEPTH)) return content;
  return { format: content.format, faults: [{ position: null, reason: TOO_DEEP }] };
}

/** With YAML's aliases a value can contain itself, which is infinitely deep. */
function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1));
}

/**
 * The first format in which it is a table or a list, or else any value but a string of YAML, which
 * every text may be; else the one whose first fault is last.
 */
function guessContent(text: string): Content {
  const tried = [readJson(text), readToml(text), readYaml(text)];
  const read =
    tried.find(({ value }) => typeof value === "object" && value !== null) ??
    tried.find(
      ({ format, faults, value }) =>
        faults === undefined && (format === "json" || typeof value !== "string"),
    );
  return read ?? tried.reduce((best, next) => (reachOf(next) > reachOf(best) ? next : best));
}

function reachOf({ faults }: Content): number {
  const position = faults?.[0]?.position;
  return position ? position.line + position.column / 1_000_000 : 0;
}

function readToml(text: string): Content {
  try {
    return { format: "toml", value: parseToml(text, { integersAsBigInt: "asNeeded" }) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "");
    return {
      format: "toml",
      faults: [{ position: { line: error.line, column: error.column }, reason }],
    };
  }
}

function readYaml(text: string): Content {
  const lines = new LineCounter();
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: "error",
  } as const;
  const document = parseDocument(text, options);
  if (document.errors.length > 0) {
    const faults = document.errors.slice(0, MAX_FAULTS).map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { position: { line, column: col }, reason: message };
    });
    return { format: "yaml", faults };
  }
  try {
    return { format: "yaml", value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { format: "yaml", faults: [{ position: null, reason: error.message }] };
  }
}

function readJson(text: string): Content {
  const fault = findJsonFault(text);
  if (fault === null) return { format: "json", value: JSON.parse(text) };
  const before = text.slice(0, fault.offset).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  const position = { line: before.length, column };
  return { format: "json", faults: [{ position, reason: fault.reason }] };
}
