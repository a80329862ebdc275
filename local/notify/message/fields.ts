import { type InputTable, isFields, ownField, refuse } from "../../../shared/input/input.ts";

const MOST_CHARACTERS = 4_096;

/** What can't stand in a header or a line. */
const CONTROLS = /[\p{Cc}\p{Cs}]/u;

/** Reads a text of one line; null if it is absent, empty if it is wrong. */
export function readText(item: InputTable, name: string): string | null {
  const value = ownField(item.fields, name);
  if (value === undefined) return null;
  if (typeof value === "number") return String(value);
  const isText =
    typeof value === "string" && value.trim() !== "" && value.length <= MOST_CHARACTERS;
  if (isText && !CONTROLS.test(value)) return value;
  refuse(item, name, "must be a text of one line");
  return "";
}

/** Reads a text that must be there. */
export function needText(item: InputTable, name: string): string {
  const text = readText(item, name);
  if (text === null) item.report(`${item.path}${name}`, "is required");
  return text ?? "";
}

/** Reads an address of HTTP; `usual` if it is absent. */
export function readUrl(item: InputTable, name: string, usual: string | null): string {
  const text = usual === null ? needText(item, name) : (readText(item, name) ?? usual);
  if (text === "") return "";
  if (isWebUrl(text)) return text;
  refuse(item, name, "must be an http or https URL without a user and a password");
  return "";
}

/** `fetch` refuses a URL with a user or a password. */
function isWebUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

/** A URL with a path below it. */
export function urlBelow(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}${path}`;
}

/** Reads a list of texts, or one text. */
export function readTexts(item: InputTable, name: string): readonly string[] {
  const value = ownField(item.fields, name);
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  const isGood = (one: unknown): one is string =>
    typeof one === "string" && one.trim() !== "" && !CONTROLS.test(one);
  if (list.length > 0 && list.length <= 100 && list.every(isGood)) return list;
  refuse(item, name, "must be a text or a list of 1 to 100 texts");
  return [];
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** What `fetch` sets itself. */
const OWN_HEADERS = ["content-length", "host", "connection", "transfer-encoding"];

/** Reads headers as a table of names and texts. */
export function readHeaders(item: InputTable, name: string): Readonly<Record<string, string>> {
  const value = ownField(item.fields, name);
  if (value === undefined) return {};
  if (!isFields(value)) {
    refuse(item, name, "must be a table of names and texts");
    return {};
  }
  const good: [string, string][] = [];
  for (const [header, text] of Object.entries(value)) {
    const isName = HEADER_NAME.test(header) && !OWN_HEADERS.includes(header.toLowerCase());
    const isText = typeof text === "string" && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
    if (isName && isText) good.push([header.toLowerCase(), text]);
    else item.report(`${item.path}${name}`, "has a name or a value that no header may have");
  }
  return Object.fromEntries(good);
}
