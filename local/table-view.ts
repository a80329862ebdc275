import { SECOND_MS, toIso } from "../shared/units.ts";
import type { Board } from "./board.ts";
import { stoppedSentence } from "./count-words.ts";
import { describeEvent } from "./describe-event.ts";
import { paint } from "./paint.ts";
import { renderTable } from "./render-table.ts";
import type { View } from "./view.ts";

/** The terminal as the live table needs it. */
export interface Terminal {
  readonly size: () => { readonly width: number; readonly height: number };
  readonly colours: boolean;
  readonly write: (text: string) => void;
  readonly onResize: (listener: () => void) => void;
  readonly drained: () => Promise<void>;
}

const REDRAW_MS = 500;

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_LINE_END = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CLEAR_SCREEN = "\x1b[2J\x1b[H";

/** How many alerts come back after the screen had to be cleared. */
const ALERTS_REMEMBERED = 10;

/** A table at the foot of the terminal, redrawn in place; what else is said scrolls away above it. */
export class TableView implements View {
  readonly #board: Board;
  readonly #terminal: Terminal;
  readonly #regions: readonly string[];
  #timer: NodeJS.Timeout | null = null;
  #linesDrawn = 0;
  #recent: string[] = [];
  #footer = "";

  constructor(board: Board, regions: readonly string[], terminal: Terminal) {
    this.#board = board;
    this.#regions = regions;
    this.#terminal = terminal;
  }

  started: View["started"] = ({ tasksFile, dataDir, problems }) => {
    this.#footer = `${tasksFile} · data in ${dataDir} · Ctrl-C stops`;
    this.#terminal.write(HIDE_CURSOR);
    for (const problem of problems) this.#say(paint(problem, "yellow", this.#terminal.colours));
    this.#terminal.onResize(() => this.#redrawAll());
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#draw();
  };

  watching: View["watching"] = (tasks) => this.#board.setTasks(tasks);

  result: View["result"] = (seen) => {
    this.#board.take(seen);
  };

  // The table shows the same figures as they come.
  summary: View["summary"] = () => undefined;

  alert: View["alert"] = (event) => {
    const { line, colour } = describeEvent(event);
    this.#say(paint(line, colour, this.#terminal.colours));
  };

  note: View["note"] = (sentence) => this.#say(sentence);

  stopped: View["stopped"] = async (stopped) => {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#draw();
    this.#timer = null;
    const line = stoppedSentence(stopped);
    this.#terminal.write(`${SHOW_CURSOR}${line}\n`);
    await this.#terminal.drained();
  };

  /** A line for good, above the table. */
  #say(line: string): void {
    this.#recent = [...this.#recent, line].slice(-ALERTS_REMEMBERED);
    this.#terminal.write(`${this.#erase()}${line}\n`);
    this.#draw();
  }

  #draw(): void {
    if (this.#timer === null) return;
    const lines = this.#lines(Date.now());
    const text = lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join("");
    this.#terminal.write(`${this.#toTop()}${text}${CLEAR_BELOW}`);
    this.#linesDrawn = lines.length;
  }

  #lines(nowMs: number): string[] {
    const { width, height } = this.#terminal.size();
    const { colours } = this.#terminal;
    // One column is left free: a full line wraps on some terminals. One line is for the footer,
    // one for the cursor.
    const shape = { regions: this.#regions, width: width - 1, height: height - 2, colours };
    const footer = `${toIso(nowMs - (nowMs % SECOND_MS)).slice(11, 19)} UTC · ${this.#footer}`;
    return [
      ...renderTable(this.#board.rows(nowMs), shape),
      paint(footer.slice(0, width - 1), "dim", colours),
    ];
  }

  #toTop(): string {
    return this.#linesDrawn === 0 ? "" : `\x1b[${this.#linesDrawn}A\r`;
  }

  #erase(): string {
    const erase = `${this.#toTop()}${CLEAR_BELOW}`;
    this.#linesDrawn = 0;
    return erase;
  }

  /** Terminals wrap what is there in ways of their own: nothing of it can be relied on. */
  #redrawAll(): void {
    this.#linesDrawn = 0;
    this.#terminal.write(`${CLEAR_SCREEN}${this.#recent.map((line) => `${line}\n`).join("")}`);
    this.#draw();
  }
}
