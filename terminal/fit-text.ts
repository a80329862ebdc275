const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Scripts and pictures that take two columns of a terminal (Unicode TR 11, roughly). */
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;

function columnsOf(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += columnsOf(segment);
  return width;
}

/** The text in exactly `width` columns: cut with an ellipsis, or filled up with spaces. */
export function fitText(text: string, width: number, align: "left" | "right" = "left"): string {
  const cut = widthOf(text) > width ? cutText(text, width) : text;
  const filling = " ".repeat(Math.max(0, width - widthOf(cut)));
  return align === "left" ? cut + filling : filling + cut;
}

function cutText(text: string, width: number): string {
  let cut = "";
  let used = 1;
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += columnsOf(segment);
    if (used > width) break;
    cut += segment;
  }
  return `${cut}…`;
}
