import { escapeUnprintable } from "../../../shared/input/input.ts";

/** A value of an event as one line of text; empty if it is no text and no number. */
export function lineOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? escapeUnprintable(value) : "";
}

/** A text of at most `most` code units, with a sign that it was cut, and never half of a character. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, Math.max(0, most - 1));
  const whole = cut.isWellFormed() ? cut : cut.slice(0, -1);
  return `${whole}…`.slice(0, most);
}

/** A text of at most `most` bytes of UTF-8. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let kept = "";
  let bytes = 3;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A text in which no escaped sign is cut in the middle: each character is escaped and counted on its own. */
export function escapeWithin(
  text: string,
  most: number,
  escapeOne: (character: string) => string,
): string {
  let kept = "";
  for (const character of text) {
    const next = escapeOne(character);
    if (kept.length + next.length > most - 1) return `${kept}…`;
    kept += next;
  }
  return kept;
}

/** The text of HTML and of XML: Telegram and Slack take it too. */
export function escapeMarkup(character: string): string {
  return { "&": "&amp;", "<": "&lt;", ">": "&gt;" }[character] ?? character;
}
