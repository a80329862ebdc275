import { escapeHtml } from "../input/input.ts";

/** What XML can't hold at all, and what turns the direction of the text around it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** A text of a task for HTML and SVG, in an element or a quoted attribute. */
export function escapeXml(text: string): string {
  return escapeHtml(text.toWellFormed().replace(UNFIT, "\ufffd"));
}
