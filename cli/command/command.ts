import type { Io } from "./io.ts";

/** What the shell gets: scripts branch on it, so the meanings never change. */
export const EXIT = {
  fine: 0,
  /** The answer is no: a closed port, problems in a file. */
  no: 1,
  usage: 2,
  failed: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One option as parseArgs takes it, and how help shows it. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What its value is called in help, e.g. `N`. */
  readonly value?: string;
  readonly about: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What was typed after the command's name, within the options that it has. */
export interface Call {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly io: Io;
}

/** A command as overall help shows it. What it does is loaded when it is called for. */
export interface CommandEntry {
  /** One or two words, e.g. `tasks apply`. */
  readonly name: string;
  /** What its arguments are called, e.g. `FILE...`; empty without any. */
  readonly args: string;
  readonly about: string;
  readonly load: () => Promise<Command>;
}

export interface Command {
  readonly argCount: { readonly min: number; readonly max: number };
  readonly options: Options;
  /** Paragraphs beneath the options in its own help. */
  readonly notes: readonly string[];
  readonly run: (call: Call) => Promise<ExitCode>;
}

/** The command was not understood: exit code 2, with a way to its help. */
export class UsageError extends Error {}

/** Something outside failed in a way that has a sentence of its own: exit code 3. */
export class CliError extends Error {}
