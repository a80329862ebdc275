/** A small bug: the text from `start` to `end` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edit of one file, with the lines it changes. */
export interface Mutant extends Edit {
  readonly file: string;
  readonly line: number;
  /** The line before, or the whole of several lines, each blank run as one space. */
  readonly from: string;
  readonly to: string;
}

/** The text with the bug in it. */
export function applyEdit(text: string, { start, end, text: put }: Edit): string {
  return text.slice(0, start) + put + text.slice(end);
}

/** Gives an edit its place in the file, as it is shown and accepted. */
export function mutantOf(file: string, text: string, edit: Edit): Mutant {
  const fromAt = text.lastIndexOf("\n", edit.start - 1) + 1;
  const lineEnd = text.indexOf("\n", edit.end);
  const toAt = lineEnd < 0 ? text.length : lineEnd;
  const before = text.slice(fromAt, toAt);
  const shifted = { ...edit, start: edit.start - fromAt, end: edit.end - fromAt };
  const line = text.slice(0, edit.start).split("\n").length;
  return {
    ...edit,
    file,
    line,
    from: inOneLine(before),
    to: inOneLine(applyEdit(before, shifted)),
  };
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
