import { resolve } from "node:path";
import { DEFAULT_DATA_DIR } from "./aws/local-data.ts";
import { clockNotesIn, deadManNoteIn, refusalIn } from "./fleet/log-file.ts";

/** What the log of the functions is read for. */
export interface LogNotesSetup {
  readonly dataDir: string;
  readonly note: (sentence: string) => void;
}

/** Shows what a line of the functions' log tells its reader, and the same each minute only once. */
export class LogNotes {
  readonly #setup: LogNotesSetup;
  #refusal = "";
  #deadMan = "";

  constructor(setup: LogNotesSetup) {
    this.#setup = setup;
  }

  take(output: string): void {
    for (const clock of clockNotesIn(output)) this.#setup.note(`${clock}.`);
    this.#noteRefusal(output);
    this.#noteDeadMan(output);
  }

  #noteRefusal(output: string): void {
    const refusal = refusalIn(output);
    if (refusal === null || refusal === this.#refusal) return;
    this.#refusal = refusal;
    const { dataDir, note } = this.#setup;
    const place = dataDir === resolve(DEFAULT_DATA_DIR) ? "" : ` --data ${dataDir}`;
    note(`${refusal}: npx synfleet plan --force${place}`);
  }

  #noteDeadMan(output: string): void {
    const note = deadManNoteIn(output);
    if (note === null || note === this.#deadMan) return;
    this.#deadMan = note;
    this.#setup.note(`${note}.`);
  }
}
