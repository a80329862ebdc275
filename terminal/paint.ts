import { stripVTControlCharacters } from "node:util";
import { escapeUnprintable } from "../shared/input/input.ts";

/** The colours that a text may have. */
export type Colour = "green" | "red" | "yellow" | "dim";

const CODES: Readonly<Record<Colour, number>> = { green: 32, red: 31, yellow: 33, dim: 2 };

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether output gets colours: it goes to a terminal whose user has not declined them (https://no-color.org). */
export function wantsColours(isTerminal: boolean, env: Environment): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
}

/** The text in a colour; unchanged if it has no colour or the output gets none. */
export function paint(text: string, colour: Colour | null, colours: boolean): string {
  return colour === null || !colours ? text : `\x1b[${CODES[colour]}m${text}\x1b[0m`;
}

/** What `paint` writes, and the end of a line. */
const KEPT = new RegExp(`(\r?\n|${"\x1b"}\\[(?:0|2|31|32|33)m)`);

/**
 * Lines as they may be written: what can't be printed becomes its code, e.g. `\u009b`, which is also
 * right inside JSON. Line ends, LF or CRLF, are kept and, if the output has them, colours.
 */
export function escapeLines(text: string, colours: boolean): string {
  const parts = text.split(KEPT);
  return parts
    .map((part, i) => {
      const isKept = i % 2 === 1 && (part.endsWith("\n") || colours);
      return isKept ? part : escapeUnprintable(part);
    })
    .join("");
}

/** The text without its colours. */
export function unpaint(text: string): string {
  return stripVTControlCharacters(text);
}

const STATUS_COLOURS: ReadonlyMap<string, Colour> = new Map([
  ["ok", "green"],
  ["warning", "yellow"],
  ["no_data", "yellow"],
  ["critical", "red"],
]);

/** The colour of a task's status or of an event's severity; null if the word is neither. */
export function statusColour(status: string): Colour | null {
  return STATUS_COLOURS.get(status.toLowerCase()) ?? null;
}
