/** A word, a mark, a number or a text of jsonnet, and its position. */
export interface Token {
  readonly kind: "text" | "word" | "mark" | "number";
  readonly text: string;
  readonly at: number;
}

/** A text that is not jsonnet. */
export class JsonnetFault extends Error {
  readonly at: number;
  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

const BLANK = /(?:\s|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const QUOTED =
  /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|@"((?:""|[^"])*)"|@'((?:''|[^'])*)'/y;
const BLOCK = /\|\|\|-?[ \t]*\n([\s\S]*?)\n[ \t]*\|\|\|/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const MARK = /==|!=|<=|>=|&&|\|\||<<|>>|[{}[\]().,;:+\-*/%&|^<>=!~]/y;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
]);

/** The tokens of a text, without blanks and comments. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlank(text, 0); at < text.length; ) {
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = skipBlank(text, token.end);
  }
  return tokens;
}

function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at;
  return BLANK.test(text) ? BLANK.lastIndex : at;
}

function tokenAt(text: string, at: number): { token: Token; end: number } {
  const block = matchAt(BLOCK, text, at);
  if (block !== null) {
    const lines = (block[1] ?? "").split("\n");
    const indent = /^[ \t]*/.exec(lines[0] ?? "")?.[0].length ?? 0;
    const plain = lines.map((line) => `${line.slice(indent)}\n`).join("");
    return { token: { kind: "text", text: plain, at }, end: BLOCK.lastIndex };
  }
  const quoted = matchAt(QUOTED, text, at);
  if (quoted !== null) {
    const [, double, single, verbatimDouble, verbatimSingle] = quoted;
    const escaped = double ?? single;
    const plain =
      escaped === undefined
        ? (verbatimDouble?.replaceAll('""', '"') ?? verbatimSingle?.replaceAll("''", "'") ?? "")
        : plainText(escaped);
    return { token: { kind: "text", text: plain, at }, end: QUOTED.lastIndex };
  }
  for (const [kind, pattern] of [
    ["number", NUMBER],
    ["word", WORD],
    ["mark", MARK],
  ] as const) {
    const found = matchAt(pattern, text, at);
    if (found !== null) return { token: { kind, text: found[0], at }, end: pattern.lastIndex };
  }
  throw new JsonnetFault(at, `${JSON.stringify(text[at])} is unexpected`);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function plainText(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|([\s\S]))/g, (_, code?: string, one?: string) =>
    code === undefined
      ? (ESCAPES.get(one ?? "") ?? one ?? "")
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
