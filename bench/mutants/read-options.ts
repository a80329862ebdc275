import { parseArgs } from "node:util";

/** What the user asked for. */
export interface MutantOptions {
  /** Files and folders; empty: all. */
  readonly paths: readonly string[];
  /** Only what changed since a commit; null: since a commit that is found. */
  readonly changedSince: string | null | undefined;
  /** Null: until all are done. */
  readonly seconds: number | null;
  readonly seed: string;
  readonly jobs: number;
  readonly json: boolean;
}

export const HELP = `Puts small bugs into the code, one at a time, and tells which of them no test finds.

  npm run mutants -- [options] [PATH...]

  PATH...           files or folders (default: all that the gate is about)
  --changed [BASE]  only files that changed since the commit BASE, and files whose tests did
                    (default: since this branch left origin/main, or else the last ten commits)
  --seconds N       stop after N seconds; each file has its share of the time
  --seed TEXT       which mutants come first (default: 1)
  --jobs N          test processes at a time (default: 2)
  --json            all verdicts as one JSON document on standard output
  --help            this

Exit status: 0; 1 when the score is too low or an accepted mutant is out of date; 2 when the options
are wrong. docs/mutants.md tells what is mutated and what the score means.
`;

/** The options were not understood. */
export class OptionsError extends Error {}

/** Reads the command line; `help` when that is all that was asked. */
export function readOptions(argv: readonly string[]): MutantOptions | "help" {
  const { values, positionals } = parseStrictly(argv);
  if (values.help) return "help";
  if (values.changed && positionals.length > 1)
    throw new OptionsError("--changed takes one commit and no paths");
  return {
    paths: values.changed ? [] : positionals,
    changedSince: values.changed ? (positionals[0] ?? null) : undefined,
    seconds: values.seconds === undefined ? null : wholeNumber("--seconds", values.seconds),
    seed: values.seed,
    jobs: wholeNumber("--jobs", values.jobs),
    json: values.json,
  };
}

function parseStrictly(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        changed: { type: "boolean", default: false },
        seconds: { type: "string" },
        seed: { type: "string", default: "1" },
        jobs: { type: "string", default: "2" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new OptionsError(`${name} must be a whole number from 1, is "${text}"`);
}
