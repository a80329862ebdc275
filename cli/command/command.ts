import type { Io } from "./io.ts";

/** Exit codes of the command. Scripts depend on them, so their meanings never change. */
export const EXIT = {
  fine: 0,
  /** The answer is no: a closed port, problems in a file. */
  no: 1,
  usage: 2,
  failed: 3,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One option: as parseArgs takes it, and as help shows it. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What its value is called in help, e.g. `N`. */
  readonly value?: string;
  readonly about: string;
}

/** The options of a command, by name without the dashes. */
export type Options = Readonly<Record<string, Option>>;

/** An option with its value, as it was typed. */
export interface GivenOption {
  readonly name: string;
  readonly value: string;
}

/** What was typed after the command's name, parsed by its options. */
export interface Call {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** The options that have a value, in the order in which they were typed. */
  readonly given: readonly GivenOption[];
  readonly io: Io;
}

/** A command as overall help shows it. Its code is loaded when it is called. */
export interface CommandEntry {
  /** One or two words, e.g. `tasks apply`. */
  readonly name: string;
  /** What its arguments are called, e.g. `FILE...`; empty without any. */
  readonly args: string;
  readonly about: string;
  readonly load: () => Promise<Command>;
}

/** A command: what it takes, its help, and what it does. */
export interface Command {
  readonly argCount: { readonly min: number; readonly max: number };
  readonly options: Options;
  /** Paragraphs below the options in its help. */
  readonly notes: readonly string[];
  readonly run: (call: Call) => Promise<ExitCode>;
}
