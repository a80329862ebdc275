import { escapeLines } from "../../terminal/paint.ts";

/** A terminal on which lines are drawn in place of those that were drawn before. */
export interface Screen {
  readonly size: () => { readonly width: number; readonly height: number };
  /** Lines that fit, without line ends. */
  readonly draw: (lines: readonly string[]) => void;
  /** Leaves what is drawn, and gives the cursor back. */
  readonly close: () => void;
}

/** What a screen draws on. */
interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const USUAL = { width: 80, height: 24 };

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_LINE_END = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CLEAR_SCREEN = "\x1b[2J\x1b[H";

/** A screen on a terminal. The cursor stands below the last line. */
export function openScreen(terminal: Terminal, colours: boolean): Screen {
  let drawn = 0;
  let drawnAt = "";
  const size = () => ({
    // A full line wraps on some terminals.
    width: (terminal.columns || USUAL.width) - 1,
    height: (terminal.rows || USUAL.height) - 1,
  });
  return {
    size,
    draw: (lines) => {
      const at = JSON.stringify(size());
      // A resized terminal wraps the old lines in its own way.
      const isResized = drawn > 0 && at !== drawnAt;
      const start = drawn === 0 ? HIDE_CURSOR : isResized ? CLEAR_SCREEN : `\x1b[${drawn}A\r`;
      const text = lines.map((line) => `${escapeLines(line, colours)}${CLEAR_LINE_END}\n`);
      terminal.write(`${start}${text.join("")}${CLEAR_BELOW}`);
      drawn = lines.length;
      drawnAt = at;
    },
    close: () => {
      if (drawn > 0) terminal.write(SHOW_CURSOR);
    },
  };
}
