import { isatty } from "node:tty";
import type { RegionName } from "../../shared/units.ts";
import { wantsColours } from "../../terminal/paint.ts";
import type { Board } from "./board.ts";
import { createJsonView } from "./json-view.ts";
import type { LineWriter } from "./line-writer.ts";
import { createPlainView } from "./plain-view.ts";
import { TableView, type Terminal } from "./table-view.ts";
import type { View } from "./view.ts";

const STDOUT = 1;

/** What a view shows, and where. */
export interface ViewSetup {
  readonly json: boolean;
  readonly regions: readonly RegionName[];
  readonly board: Board;
  readonly output: LineWriter;
  readonly errors: LineWriter;
}

/** JSON lines if they are wanted, else a live table on a terminal and plain lines anywhere else. */
export function chooseView({ json, regions, board, output, errors }: ViewSetup): View {
  if (json) {
    return createJsonView(output, (sentence) => errors.write(sentence, "must"));
  }
  if (isatty(STDOUT) && process.env.TERM !== "dumb") {
    return new TableView(board, regions, openTerminal(output));
  }
  return createPlainView(board, (line) => output.write(line, "must"), output.drained);
}

/** A terminal takes output at once, so `process.stdout` does not block here. */
function openTerminal(output: LineWriter): Terminal {
  const stream = process.stdout;
  return {
    size: () => ({ width: stream.columns, height: stream.rows }),
    colours: wantsColours(true, process.env),
    write: (text) => {
      stream.write(text);
    },
    onResize: (listener) => stream.on("resize", listener),
    drained: output.drained,
  };
}
