import { type Fields, isFields } from "../../../shared/input/input.ts";
import { boundedList, boundedText, Code } from "../model/code.ts";
import type { SyntaxProblem } from "./data.ts";
import { JsonnetFault, type Token, tokensOf } from "./jsonnet-tokens.ts";

const MOST_DEPTH = 100;

type Scope = ReadonlyMap<string, unknown>;

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
}

/** Reads the literals of a jsonnet text: objects, lists, `local` names, and objects added to each other. The rest is `Code`. */
export function readJsonnet(
  text: string,
): { readonly value: unknown } | { readonly problem: SyntaxProblem } {
  try {
    const reader = { tokens: tokensOf(text), next: 0, depth: 0 };
    return { value: withoutMarksOf(readExpression(reader, new Map()), new Map()) };
  } catch (error) {
    if (!(error instanceof JsonnetFault)) throw error;
    const line = text.slice(0, error.at).split("\n").length;
    return { problem: { line, reason: `it is not valid jsonnet: ${error.message}` } };
  }
}

/** The value without the marks of `+:` on fields that nothing was added to. A value that is used twice is done once. */
function withoutMarksOf(value: unknown, done: Map<unknown, unknown>): unknown {
  if (value instanceof Added) return withoutMarksOf(value.value, done);
  if (typeof value !== "object" || value === null || value instanceof Code) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  const plain = Array.isArray(value)
    ? value.map((part) => withoutMarksOf(part, done))
    : Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, withoutMarksOf(part, done)]),
      );
  done.set(value, plain);
  return plain;
}

function readExpression(reader: Reader, scope: Scope): unknown {
  let value = readOperand(reader, scope);
  for (let operator = operatorAt(reader); operator !== null; operator = operatorAt(reader)) {
    reader.next += 1;
    const right = readOperand(reader, scope);
    value = operator === "+" ? joined(value, right) : new Code(operator);
  }
  return value;
}

const OPERATORS = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "<",
  ">",
  "==",
  "!=",
  "<=",
  ">=",
  "&&",
  "||",
  "in",
  "<<",
  ">>",
];

function operatorAt({ tokens, next }: Reader): string | null {
  const token = tokens[next];
  if (token === undefined || token.kind === "text") return null;
  return OPERATORS.includes(token.text) ? token.text : null;
}

function joined(left: unknown, right: unknown): unknown {
  if (left instanceof Code || right instanceof Code) return mergeKnown(left, right);
  if (isFields(left) && isFields(right)) return merged(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return boundedList([...left, ...right]);
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left === "string" || typeof right === "string") return boundedText(`${left}${right}`);
  return new Code("+");
}

/** What is known of an object stays known if something else is added to it. */
function mergeKnown(left: unknown, right: unknown): unknown {
  if (isFields(left) && !(left instanceof Code)) return left;
  if (isFields(right) && !(right instanceof Code)) return right;
  return new Code("+");
}

/** A field `a+: …` is joined with the one of the same name. */
function merged(left: Fields, right: Fields): Fields {
  const fields = new Map(Object.entries(left));
  for (const [key, value] of Object.entries(right)) {
    const before = fields.get(key);
    const isAdded = value instanceof Added;
    const own = isAdded ? value.value : value;
    fields.set(key, isAdded && before !== undefined ? joined(before, own) : own);
  }
  return Object.fromEntries(fields);
}

/** The value of a field that is written with `+:`. */
class Added {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

function readOperand(reader: Reader, scope: Scope): unknown {
  const token = reader.tokens[reader.next];
  if (token === undefined) fault(reader, "a value is missing");
  reader.next += 1;
  reader.depth += 1;
  if (reader.depth > MOST_DEPTH) fault(reader, "it is nested too deeply");
  const value = readPostfix(reader, scope, readPrimary(reader, scope, token as Token));
  reader.depth -= 1;
  return value;
}

function readPrimary(reader: Reader, scope: Scope, token: Token): unknown {
  if (token.kind === "text") return token.text;
  if (token.kind === "number") return Number(token.text);
  switch (token.text) {
    case "{":
      return readObject(reader, scope);
    case "[":
      return readList(reader, scope);
    case "(": {
      const value = readExpression(reader, scope);
      expect(reader, ")");
      return value;
    }
    case "local":
      return readLocal(reader, scope);
    case "-":
    case "+":
    case "!":
    case "~": {
      const value = readOperand(reader, scope);
      return token.text === "-" && typeof value === "number" ? -value : new Code(token.text);
    }
    case "if":
      return readIf(reader, scope);
    case "function":
      readArguments(reader, scope, true);
      readExpression(reader, scope);
      return new Code("function");
    case "import":
    case "importstr":
    case "importbin":
    case "error":
      readOperand(reader, scope);
      return new Code(token.text);
    case "assert":
      readExpression(reader, scope);
      if (takes(reader, ":")) readExpression(reader, scope);
      expect(reader, ";");
      return readExpression(reader, scope);
    case "true":
    case "false":
      return token.text === "true";
    case "null":
      return null;
  }
  if (token.kind !== "word") fault(reader, `${JSON.stringify(token.text)} is unexpected`);
  return scope.has(token.text) ? scope.get(token.text) : new Code(token.text);
}

/** Fields, indexes, calls, and an object behind a value, which is added to it. */
function readPostfix(reader: Reader, scope: Scope, first: unknown): unknown {
  let value = first;
  for (;;) {
    const token = reader.tokens[reader.next];
    if (token?.kind === "mark" && token.text === "{") {
      reader.next += 1;
      value = joined(value, readObject(reader, scope));
    } else if (takes(reader, ".")) {
      const name = reader.tokens[reader.next]?.text ?? "";
      reader.next += 1;
      value = fieldOf(value, name);
    } else if (takes(reader, "[")) {
      value = fieldOf(value, readIndex(reader, scope));
    } else if (token?.kind === "mark" && token.text === "(") {
      reader.next += 1;
      readArguments(reader, scope, false);
      value = new Code("a call");
    } else return value;
  }
}

function fieldOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value) && typeof key === "number") return value[key] ?? new Code("[]");
  if (value instanceof Code || !isFields(value) || typeof key !== "string")
    return new Code(String(key));
  return Object.hasOwn(value, key) ? value[key] : new Code(key);
}

function readIndex(reader: Reader, scope: Scope): unknown {
  let key: unknown = new Code("[]");
  while (!takes(reader, "]")) {
    if (takes(reader, ":")) key = new Code("[:]");
    else key = readExpression(reader, scope);
  }
  return key;
}

/** The arguments of a call, or the parameters of a function after its word. */
function readArguments(reader: Reader, scope: Scope, opens: boolean): void {
  if (opens) expect(reader, "(");
  while (!takes(reader, ")")) {
    readExpression(reader, scope);
    if (takes(reader, "=")) readExpression(reader, scope);
    takes(reader, ",");
  }
  takes(reader, "tailstrict");
}

function readIf(reader: Reader, scope: Scope): unknown {
  readExpression(reader, scope);
  expect(reader, "then");
  readExpression(reader, scope);
  if (takes(reader, "else")) readExpression(reader, scope);
  return new Code("if");
}

function readLocal(reader: Reader, scope: Scope): unknown {
  const inner = readBinds(reader, scope);
  expect(reader, ";");
  return readExpression(reader, inner);
}

function readBinds(reader: Reader, scope: Scope): Scope {
  const inner = new Map(scope);
  do {
    const name = reader.tokens[reader.next]?.text ?? "";
    reader.next += 1;
    const isFunction = takes(reader, "(");
    if (isFunction) readArguments(reader, inner, false);
    expect(reader, "=");
    const value = readExpression(reader, inner);
    inner.set(name, isFunction ? new Code(name) : value);
  } while (takes(reader, ","));
  return inner;
}

function readList(reader: Reader, scope: Scope): unknown {
  const values: unknown[] = [];
  while (!takes(reader, "]")) {
    values.push(readExpression(reader, scope));
    if (peeks(reader, "for")) return readComprehension(reader, scope, "]");
    takes(reader, ",");
  }
  return values;
}

/** A list or an object that is made by a loop. */
function readComprehension(reader: Reader, scope: Scope, close: string): unknown {
  while (!takes(reader, close)) {
    if (takes(reader, "for")) {
      reader.next += 1;
      expect(reader, "in");
    } else expect(reader, "if");
    readExpression(reader, scope);
  }
  return new Code("a loop");
}

function readObject(reader: Reader, scope: Scope): unknown {
  const fields = new Map<string, unknown>();
  let inner = scope;
  while (!takes(reader, "}")) {
    if (takes(reader, "local")) inner = readBinds(reader, inner);
    else if (takes(reader, "assert")) {
      readExpression(reader, inner);
      if (takes(reader, ":")) readExpression(reader, inner);
    } else readField(reader, inner, fields);
    if (peeks(reader, "for")) return readComprehension(reader, inner, "}");
    takes(reader, ",");
  }
  return Object.fromEntries(fields);
}

function readField(reader: Reader, scope: Scope, fields: Map<string, unknown>): void {
  const token = reader.tokens[reader.next];
  if (token === undefined) fault(reader, '"}" is missing');
  reader.next += 1;
  let key: unknown = (token as Token).text;
  if ((token as Token).kind === "mark" && key === "[") {
    key = readExpression(reader, scope);
    expect(reader, "]");
  } else if ((token as Token).kind === "mark") fault(reader, `${JSON.stringify(key)} is no field`);
  const isMethod = takes(reader, "(");
  if (isMethod) readArguments(reader, scope, false);
  const isAdded = takes(reader, "+");
  const isHidden = readColons(reader) > 1;
  const value = readExpression(reader, scope);
  if (typeof key !== "string" || (isHidden && isMethod)) return;
  fields.set(key, isMethod ? new Code(key) : isAdded ? new Added(value) : value);
}

function readColons(reader: Reader): number {
  let count = 0;
  while (takes(reader, ":")) count += 1;
  if (count === 0) fault(reader, '":" is missing');
  return count;
}

function peeks({ tokens, next }: Reader, text: string): boolean {
  const token = tokens[next];
  return token !== undefined && token.kind !== "text" && token.text === text;
}

function takes(reader: Reader, text: string): boolean {
  if (!peeks(reader, text)) {
    if (reader.tokens[reader.next] === undefined && /^[\])}]$/.test(text))
      fault(reader, `"${text}" is missing`);
    return false;
  }
  reader.next += 1;
  return true;
}

function expect(reader: Reader, text: string): void {
  if (!takes(reader, text)) fault(reader, `${JSON.stringify(text)} is missing`);
}

function fault({ tokens, next }: Reader, reason: string): never {
  throw new JsonnetFault((tokens[Math.min(next, tokens.length - 1)] ?? { at: 0 }).at, reason);
}
