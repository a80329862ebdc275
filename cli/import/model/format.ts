import type { Findings } from "./check.ts";

/** A file with its content, as the parser of its format reads it. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** What the file says: tables, lists, texts and numbers. */
  readonly content: unknown;
}

/** The language that a file is in. */
export type Language = "data" | "script" | "textproto" | "jsonnet";

/** A kind of files that can be imported: one file in `formats/`, and one line in the table. */
export interface Format {
  /** The value of `--format`. */
  readonly kind: string;
  /** The tool's name in sentences. */
  readonly tool: string;
  /** The languages in which the tool takes its files. */
  readonly languages: readonly Language[];
  /** Whether the content is a file of this tool. */
  readonly owns: (source: Source, language: Language) => boolean;
  /** Reads all files of this kind together, since one may complete another. */
  readonly read: (sources: readonly Source[], findings: Findings) => void;
}
