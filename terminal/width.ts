import { unpaint } from "./paint.ts";

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Scripts and pictures that take two columns of a terminal (Unicode TR 11, roughly). */
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;

function columnsOf(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}

/** How many columns of a terminal a text takes; colour codes take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(unpaint(text))) {
    width += columnsOf(segment);
  }
  return width;
}

/** The text in exactly `width` columns: cut with an ellipsis or filled with spaces. Paint it afterwards: a cut removes colour codes. */
export function fitText(text: string, width: number, align: "left" | "right" = "left"): string {
  return alignText(widthOf(text) > width ? cutText(text, width) : text, width, align);
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
