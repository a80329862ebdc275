import { unpaint } from "./paint.ts";

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Scripts and pictures that take two columns of a terminal (Unicode TR 11, roughly). */
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;

/** Most texts; to segment one of a hundred characters takes a tenth of a millisecond. */
const ASCII = /^[ -~]*$/;

function columnsOf(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}

/** How many columns of a terminal a text takes; colour codes take none. */
export function widthOf(text: string): number {
  const plain = unpaint(text);
  if (ASCII.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(plain)) {
    width += columnsOf(segment);
  }
  return width;
}

/** The text in exactly `width` columns: cut with an ellipsis or filled with spaces. Paint it afterwards: a cut removes colour codes. */
export function fitText(text: string, width: number, align: "left" | "right" = "left"): string {
  return alignText(widthOf(text) > width ? cutText(text, width) : text, width, align);
}

const COLOUR = new RegExp(`(${"\x1b"}\\[\\d+m)`);

/** A painted text cut to at most `width` columns, with its colours. */
export function cutPainted(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let room = width;
  const parts = text.split(COLOUR).map((part, i) => {
    if (i % 2 === 1 || part === "") return part;
    const kept = room <= 0 ? "" : widthOf(part) < room ? part : cutText(part, room);
    room -= widthOf(part);
    return kept;
  });
  return parts.join("");
}

/** The text in lines of at most `width` columns, broken at spaces; all but the first are indented. Paint them afterwards. */
export function wrapText(text: string, width: number, indent: number): string[] {
  if (widthOf(text) <= width) return [text];
  const room = Math.max(1, width - indent);
  const lines = [""];
  for (const word of text.split(" ")) {
    const [first = "", ...rest] = splitWord(word, room);
    const line = lines.pop() ?? "";
    const longer = line === "" ? first : `${line} ${first}`;
    const fits = line === "" || widthOf(longer) <= (lines.length === 0 ? width : room);
    lines.push(...(fits ? [longer] : [line, first]), ...rest);
  }
  return lines.map((line, i) => (i === 0 ? line : " ".repeat(indent) + line));
}

/** A word in pieces of at most `width` columns. */
function splitWord(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const pieces = [""];
  for (const { segment } of GRAPHEMES.segment(word)) {
    const piece = pieces.pop() ?? "";
    const fits = piece === "" || widthOf(piece + segment) <= width;
    pieces.push(...(fits ? [piece + segment] : [piece, segment]));
  }
  return pieces;
}

/** The text in at least `width` columns, filled with spaces. */
export function alignText(text: string, width: number, align: "left" | "right"): string {
  const filling = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? text + filling : filling + text;
}

function cutText(text: string, width: number): string {
  let cut = "";
  let used = 1;
  for (const { segment } of GRAPHEMES.segment(unpaint(text))) {
    used += columnsOf(segment);
    if (used > width) break;
    cut += segment;
  }
  return `${cut}…`;
}
