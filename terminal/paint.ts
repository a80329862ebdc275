export type Colour = "green" | "red" | "yellow" | "dim" | "bold";

const CODES: Readonly<Record<Colour, number>> = { green: 32, red: 31, yellow: 33, dim: 2, bold: 1 };

/** A text in a colour, or as it is where there are none. */
export function paint(text: string, colour: Colour | null, colours: boolean): string {
  return colour === null || !colours ? text : `\x1b[${CODES[colour]}m${text}\x1b[0m`;
}
