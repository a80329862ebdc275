/** Whether a text matches a wildcard. */
export type WildcardTest = (text: string) => boolean;

/**
 * Compiles a wildcard: `*` is any run of characters; `\*` and `\\` are themselves. Null if it has two
 * asterisks in a row or a lone backslash. The text is read once: between two asterisks the first
 * occurrence of a part is as good as any later one.
 */
export function parseWildcard(wildcard: string): WildcardTest | null {
  const tokens = wildcard.match(/\\[*\\]|\*+|[^*\\]+|\\/g) ?? [];
  if (tokens.some((token) => token === "\\" || /^\*{2,}$/.test(token))) return null;
  const parts = [""];
  for (const token of tokens) {
    if (token === "*") parts.push("");
    else parts.push(`${parts.pop()}${token.startsWith("\\") ? token.slice(1) : token}`);
  }
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  return (text) => {
    if (last === undefined) return text === first;
    return text.startsWith(first) && endsAfter(text, rest, first.length, last);
  };
}

/** Whether the parts follow each other from `at` on, and `last` is the end of the text behind them. */
function endsAfter(text: string, parts: readonly string[], at: number, last: string): boolean {
  let from = at;
  for (const part of parts) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
