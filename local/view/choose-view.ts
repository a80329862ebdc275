import { isatty } from "node:tty";
import type { StartOptions } from "../arguments.ts";
import type { Board } from "./board.ts";
import { createJsonView } from "./json-view.ts";
import type { LineWriter } from "./line-writer.ts";
import { createPlainView } from "./plain-view.ts";
import { TableView, type Terminal } from "./table-view.ts";
import type { View } from "./view.ts";

const STDOUT = 1;

export interface Outputs {
  readonly output: LineWriter;
  readonly errors: LineWriter;
}

/** JSON lines where they are asked for, a live table on a terminal, plain lines elsewhere. */
export function chooseView(options: StartOptions, board: Board, outputs: Outputs): View {
  const { output, errors } = outputs;
  if (options.json) {
    return createJsonView(output, (sentence) => errors.write(sentence, "must"));
  }
  if (isatty(STDOUT) && process.env.TERM !== "dumb") {
    const regions = options.fleet.regions.map(({ name }) => name);
    return new TableView(board, regions, openTerminal(output));
  }
  return createPlainView(board, (line) => output.write(line, "must"), output.drained);
}

/** A terminal takes what it is given at once, so `process.stdout` blocks nothing here. */
function openTerminal(output: LineWriter): Terminal {
  const stream = process.stdout;
  return {
    size: () => ({ width: stream.columns, height: stream.rows }),
    // https://no-color.org: any value but an empty one declines colours.
    colours: !process.env.NO_COLOR,
    write: (text) => {
      stream.write(text);
    },
    onResize: (listener) => stream.on("resize", listener),
    drained: output.drained,
  };
}
