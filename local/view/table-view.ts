import { paint } from "../../terminal/paint.ts";
import { wrapText } from "../../terminal/width.ts";
import type { Board } from "./board.ts";
import { standingOf } from "./standing.ts";
import { taskTable } from "./task-table.ts";
import { atTime, describeEvent, type EventLine, stoppedSentence, type View } from "./view.ts";

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

/** Lines that a long table leaves free for messages below it. */
const LEAST_LINES_BENEATH = 5;
const LINES_REMEMBERED = 200;

/** A long message goes on below its first word, beneath the time: `15:04:05 `. */
const CLOCK_WIDTH = 9;

/**
 * A table that is redrawn in place, and below it the last messages, the newest at the bottom. Older
 * messages disappear; events are also kept in the data folder.
 */
export class TableView implements View {
  readonly #board: Board;
  readonly #terminal: Terminal;
  readonly #regions: readonly string[];
  #timer: NodeJS.Timeout | null = null;
  #linesDrawn = 0;
  #said: EventLine[] = [];
  #footer = "";

  constructor(board: Board, regions: readonly string[], terminal: Terminal) {
    this.#board = board;
    this.#regions = regions;
    this.#terminal = terminal;
  }

  starting: View["starting"] = (sentence) => this.#terminal.write(`${sentence}\n`);

  started: View["started"] = ({ tasksFile, dataDir, problems, pageUrl, states }) => {
    this.#board.setStates(states);
    this.#footer = [
      "Ctrl-C stops",
      ...(pageUrl === null ? [] : [pageUrl]),
      tasksFile,
      `data in ${dataDir}`,
    ].join(" · ");
    this.#terminal.write(HIDE_CURSOR);
    for (const problem of problems) this.#say({ line: problem, colour: "yellow" });
    this.#terminal.onResize(() => this.#redrawAll());
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#draw();
  };

  watching: View["watching"] = (tasks) => this.#board.setTasks(tasks);

  result: View["result"] = (seen) => {
    this.#board.take(seen);
  };

  summary: View["summary"] = ({ taskName }) => this.#board.noteJudged(taskName);

  alert: View["alert"] = (event) => {
    const standing = standingOf(event);
    if (standing !== null) this.#board.setStates([standing]);
    this.#say(describeEvent(event));
  };

  note: View["note"] = (sentence) =>
    this.#say({ line: atTime(Date.now(), sentence), colour: null });

  stopped: View["stopped"] = async (stopped) => {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#draw();
    this.#timer = null;
    const line = stoppedSentence(stopped);
    this.#terminal.write(`${SHOW_CURSOR}${line}\n`);
    await this.#terminal.drained();
  };

  #say(said: EventLine): void {
    this.#said = [...this.#said, said].slice(-LINES_REMEMBERED);
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
    const { colours, size } = this.#terminal;
    // One column stays free because a full line wraps on some terminals, and one line because the
    // cursor is below the last one.
    const width = size().width - 1;
    const height = size().height - 1;
    const said = this.#said
      .slice(-height)
      .flatMap(({ line, colour }) =>
        wrapText(line, width, CLOCK_WIDTH).map((part) => paint(part, colour, colours)),
      );
    const leastBeneath = Math.min(said.length, LEAST_LINES_BENEATH);
    const shape = { regions: this.#regions, width, height: height - 1 - leastBeneath, colours };
    const table = taskTable(this.#board.rows(nowMs), shape);
    const footer = paint(atTime(nowMs, `UTC · ${this.#footer}`).slice(0, width), "dim", colours);
    const room = Math.max(0, height - table.length - 1);
    return [...table, footer, ...(room === 0 ? [] : said.slice(-room))];
  }

  #toTop(): string {
    return this.#linesDrawn === 0 ? "" : `\x1b[${this.#linesDrawn}A\r`;
  }

  /** A resized terminal wraps the old lines in its own way, so the whole screen is drawn again. */
  #redrawAll(): void {
    this.#linesDrawn = 0;
    this.#terminal.write(CLEAR_SCREEN);
    this.#draw();
  }
}
