import type { SyntaxProblem } from "./data.ts";

type Token = {
  readonly kind: "text" | "word" | "mark" | "template";
  readonly text: string;
  readonly at: number;
};

const TOKEN =
  /(\s+|#[^\n]*)|"((?:\\[\s\S]|[^"\\\n])*)"|'((?:\\[\s\S]|[^'\\\n])*)'|(\{\{[\s\S]*?\}\})|([\w.+-]+)|([:{}<>[\],;/])/y;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

const MOST_DEPTH = 100;

class TextprotoFault extends Error {
  readonly at: number;
  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/** Reads protobuf's text format, as far as a configuration uses it. A repeated field is a list. */
export function readTextproto(
  text: string,
): { readonly value: unknown } | { readonly problem: SyntaxProblem } {
  try {
    const reader = { tokens: tokensOf(text), next: 0 };
    return { value: readFields(reader, null, 0) };
  } catch (error) {
    if (!(error instanceof TextprotoFault)) throw error;
    const line = text.slice(0, error.at).split("\n").length;
    return { problem: { line, reason: `it is not valid textproto: ${error.message}` } };
  }
}

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw new TextprotoFault(at, `${JSON.stringify(text[at])} is unexpected`);
    const [, blank, double, single, template, word, mark] = found;
    if (blank !== undefined) continue;
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ kind: "text", text: plainText(quoted), at });
    else if (template !== undefined) tokens.push({ kind: "template", text: template, at });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, at });
    else tokens.push({ kind: "mark", text: mark ?? "", at });
  }
  return tokens;
}

function plainText(text: string): string {
  return text.replace(/\\(?:x([\da-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g, (_, hex, octal, one) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return ESCAPES.get(one) ?? one;
  });
}

/** The fields up to the mark that closes the message; to the end of the text without one. */
function readFields(reader: Reader, close: string | null, depth: number): unknown {
  if (depth > MOST_DEPTH) throw new TextprotoFault(atNext(reader), "it is nested too deeply");
  const fields = new Map<string, unknown[]>();
  for (;;) {
    const token = reader.tokens[reader.next];
    if (token === undefined) {
      if (close === null) break;
      throw new TextprotoFault(atNext(reader), `${JSON.stringify(close)} is missing`);
    }
    reader.next += 1;
    if (token.text === close && token.kind === "mark") break;
    if (token.kind === "template" || token.text === ";" || token.text === ",") continue;
    const name = nameOf(reader, token);
    const values = readValues(reader, depth);
    fields.set(name, [...(fields.get(name) ?? []), ...values]);
  }
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** The position of the next token, or of the last one. */
function atNext({ tokens, next }: Reader): number {
  return (tokens[next] ?? tokens.at(-1))?.at ?? 0;
}

/** A field's name, or an extension's in brackets. */
function nameOf(reader: Reader, token: Token): string {
  if (token.kind === "word") return token.text;
  if (token.kind !== "mark" || token.text !== "[") {
    throw new TextprotoFault(token.at, `${JSON.stringify(token.text)} is no name of a field`);
  }
  const parts: string[] = [];
  for (
    let part = reader.tokens[reader.next];
    part !== undefined;
    part = reader.tokens[reader.next]
  ) {
    reader.next += 1;
    if (part.text === "]") return `[${parts.join("")}]`;
    parts.push(part.text);
  }
  throw new TextprotoFault(token.at, '"]" is missing');
}

function readValues(reader: Reader, depth: number): readonly unknown[] {
  if (takes(reader, ":") && takes(reader, "[")) return readList(reader, depth);
  return [readValue(reader, depth)];
}

function takes(reader: Reader, mark: string): boolean {
  const token = reader.tokens[reader.next];
  if (token?.kind !== "mark" || token.text !== mark) return false;
  reader.next += 1;
  return true;
}

function readList(reader: Reader, depth: number): unknown[] {
  const values: unknown[] = [];
  while (!takes(reader, "]")) {
    values.push(readValue(reader, depth));
    takes(reader, ",");
  }
  return values;
}

function readValue(reader: Reader, depth: number): unknown {
  const token = reader.tokens[reader.next];
  if (token === undefined) throw new TextprotoFault(atNext(reader), "a value is missing");
  reader.next += 1;
  if (token.kind === "mark") {
    const close = { "{": "}", "<": ">" }[token.text];
    if (close !== undefined) return readFields(reader, close, depth + 1);
    throw new TextprotoFault(token.at, `${JSON.stringify(token.text)} is no value`);
  }
  if (token.kind === "word") return wordOf(token.text);
  let text = token.text;
  for (
    let more = reader.tokens[reader.next];
    more?.kind === token.kind;
    more = reader.tokens[reader.next]
  ) {
    text += more.text;
    reader.next += 1;
  }
  return text;
}

function wordOf(word: string): unknown {
  if (word === "true" || word === "false") return word === "true";
  return /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : word;
}
