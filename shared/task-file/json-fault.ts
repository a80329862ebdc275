/** The first thing in a text that JSON (RFC 8259) does not allow, or a duplicate key. */
export interface JsonFault {
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly reason: string;
}

/** Deeper than any task; a reader of the value never runs out of stack. */
export const MAX_DEPTH = 64;
/** The reason for a text that is deeper. */
export const TOO_DEEP = `nested more than ${MAX_DEPTH} deep`;

const SPACE = /[ \t\n\r]*/y;
/** What ends a run of plain characters: a quote, a backslash, or a control below U+0020. */
const SPECIAL = /["\\]|[^\P{Cc}\u007f-\u009f]/gu;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const ATOM = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

interface Cursor {
  readonly text: string;
  at: number;
}

class Fault extends Error {
  readonly fault: JsonFault;
  constructor(fault: JsonFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** The first fault that keeps a text from being JSON, duplicate keys included; null if there is none. */
export function findJsonFault(text: string): JsonFault | null {
  const cursor = { text, at: 0 };
  try {
    skipValue(cursor, 0);
    if (peek(cursor) !== "") fail(cursor, "expected the end of the file");
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    throw error;
  }
}

function skipValue(cursor: Cursor, depth: number): void {
  if (depth > MAX_DEPTH) fail(cursor, TOO_DEEP);
  const next = peek(cursor);
  if (next === "{") skipList(cursor, "}", memberReader(cursor, depth));
  else if (next === "[") skipList(cursor, "]", () => skipValue(cursor, depth + 1));
  else if (next === '"') takeString(cursor, "expected a value");
  else take(cursor, ATOM, "expected a value");
}

function skipList(cursor: Cursor, end: string, skipEntry: () => void): void {
  cursor.at++;
  if (peek(cursor) !== end) skipEntries(cursor, end, skipEntry);
  cursor.at++;
}

function skipEntries(cursor: Cursor, end: string, skipEntry: () => void): void {
  skipEntry();
  while (peek(cursor) !== end) {
    if (peek(cursor) !== ",") fail(cursor, `expected "," or "${end}"`);
    cursor.at++;
    skipEntry();
  }
}

function memberReader(cursor: Cursor, depth: number): () => void {
  const seen = new Set<string>();
  return () => {
    peek(cursor);
    const keyAt = cursor.at;
    const key: string = JSON.parse(takeString(cursor, "expected a key in double quotes"));
    if (seen.has(key)) throw new Fault({ offset: keyAt, reason: "a key stands twice" });
    seen.add(key);
    if (peek(cursor) !== ":") fail(cursor, 'expected ":"');
    cursor.at++;
    skipValue(cursor, depth + 1);
  };
}

/** The next character that is not white space; empty at the end. */
function peek(cursor: Cursor): string {
  take(cursor, SPACE, "");
  return cursor.text.charAt(cursor.at);
}

/** Goes from one special character to the next: one pattern for the whole string would overflow the stack. */
function takeString(cursor: Cursor, expected: string): string {
  const from = cursor.at;
  if (peek(cursor) !== '"') fail(cursor, expected);
  cursor.at++;
  while (nextSpecial(cursor) !== '"') take(cursor, ESCAPE, "expected a character or an escape");
  cursor.at++;
  return cursor.text.slice(from, cursor.at);
}

function nextSpecial(cursor: Cursor): string {
  SPECIAL.lastIndex = cursor.at;
  const found = SPECIAL.exec(cursor.text);
  cursor.at = found?.index ?? cursor.text.length;
  return found === null ? fail(cursor, "expected the end of a string") : found[0];
}

function take(cursor: Cursor, token: RegExp, expected: string): string {
  token.lastIndex = cursor.at;
  const found = token.exec(cursor.text)?.[0];
  if (found === undefined) return fail(cursor, expected);
  cursor.at += found.length;
  return found;
}

function fail(cursor: Cursor, reason: string): never {
  throw new Fault({ offset: cursor.at, reason });
}
