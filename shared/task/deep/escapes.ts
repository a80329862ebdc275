/** What a text with escapes says, or the rule that it breaks. */
export type Unescaped =
  | { readonly text: string; readonly rule?: undefined }
  | { readonly rule: string };

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\\\", "\\"],
  ["\\r", "\r"],
  ["\\n", "\n"],
  ["\\t", "\t"],
  ["\\0", "\0"],
]);

const NAMES = new Map([...ESCAPES].map(([written, character]) => [character, written]));

const ESCAPE = /\\(?:x[\da-fA-F]{2}|[\s\S]?)/g;

/** A text in which `\r`, `\n`, `\t`, `\0`, `\\` and `\xHH` below 80 stand for single characters. */
export function unescapeText(text: string): Unescaped {
  let unknown: string | null = null;
  const plain = text.replace(ESCAPE, (written) => {
    const character = characterOf(written);
    if (character === null) unknown ??= written;
    return character ?? "";
  });
  return unknown === null ? { text: plain } : { rule: unknownRule(unknown) };
}

/** The text with escapes that `unescapeText` reads as this one. */
export function escapeText(text: string): string {
  return text.replace(/[\\\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0x80) return character;
    return NAMES.get(character) ?? `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

function characterOf(written: string): string | null {
  const known = ESCAPES.get(written);
  if (known !== undefined) return known;
  const code = written.length === 4 ? Number.parseInt(written.slice(2), 16) : 0x80;
  return code < 0x80 ? String.fromCharCode(code) : null;
}

function unknownRule(written: string): string {
  const known = "\\r, \\n, \\t, \\0, \\\\ and \\x00 to \\x7f";
  return `has ${JSON.stringify(written).slice(1, -1).replaceAll("\\\\", "\\")}, but the escapes are ${known}: write other bytes in hex`;
}
