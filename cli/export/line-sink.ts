import { closeSync, openSync, writeSync } from "node:fs";
import { CliError } from "../command/errors.ts";
import type { Io } from "../command/io.ts";
import type { DraftFile } from "../files/draft-file.ts";
import { csvLine } from "../show/csv.ts";
import { COLUMNS_OF, fieldsOf, type Part, type Records } from "./columns.ts";
import type { Sink } from "./sink.ts";

/** How records become lines: `header` is the first one; null without one. */
export interface LineForm {
  readonly header: (part: Part) => string | null;
  readonly line: <P extends Part>(part: P, record: Records[P]) => string;
}

/** CSV with a line of names; each line ends with CRLF. */
export const CSV_FORM: LineForm = {
  header: (part) => `${csvLine(Object.keys(COLUMNS_OF[part]))}\r`,
  line: (part, record) => {
    const fields = fieldsOf(part, record);
    return `${csvLine(Object.keys(COLUMNS_OF[part]).map((column) => fields[column]))}\r`;
  },
};

/** One JSON object a line, with the fields that `--json` has elsewhere. */
export const NDJSON_FORM: LineForm = {
  header: () => null,
  line: (_, record) => JSON.stringify(record),
};

/** Lines on standard output. */
export function openOutputSink(form: LineForm, part: Part, io: Io): Sink {
  const header = form.header(part);
  if (header !== null) io.out(header);
  return {
    add: (added, records) => {
      for (const record of records) if (io.isHeard()) io.out(form.line(added, record));
      return io.isHeard();
    },
    finish: () => undefined,
    discard: () => undefined,
  };
}

/** Lines in a file. */
export function openFileSink(form: LineForm, part: Part, file: DraftFile): Sink {
  const descriptor = openDraft(file);
  const write = (lines: readonly string[]): void => {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  };
  const header = form.header(part);
  if (header !== null) write([header]);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return {
    add: (added, records) => {
      write(records.map((record) => form.line(added, record)));
      return true;
    },
    finish: () => {
      close();
      file.keep();
    },
    discard: () => {
      close();
      file.discard();
    },
  };
}

function openDraft({ draft, mode }: DraftFile): number {
  try {
    return openSync(draft, "wx", mode);
  } catch (error) {
    throw new CliError(`${draft} can't be written: ${(error as Error).message}.`);
  }
}
