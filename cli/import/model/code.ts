/** A value that only running the file could give. */
export class Code {
  /** What is there instead, as the file writes it. */
  readonly text: string;
  /** The name that is called or read, e.g. `Frequency.EVERY_5M`; null if it has none. */
  readonly name: string | null;
  /** The arguments of a call. */
  readonly args: readonly unknown[];

  constructor(text: string, name: string | null = null, args: readonly unknown[] = []) {
    this.text = text.length > 60 ? `${text.slice(0, 59)}…` : text;
    this.name = name;
    this.args = args;
  }
}

const MOST_ENTRIES = 20_000;
const MOST_CHARACTERS = 200_000;

/** A list that was put together, unless it has grown out of all proportion. */
export function boundedList(list: readonly unknown[]): unknown {
  return list.length > MOST_ENTRIES ? new Code("a very long list") : list;
}

/** A text that was put together, unless it has grown out of all proportion. */
export function boundedText(text: string): unknown {
  return text.length > MOST_CHARACTERS ? new Code("a very long text") : text;
}
