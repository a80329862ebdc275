import { parseArgs } from "node:util";

/** What a chaos run is asked for. */
export interface ChaosOptions {
  /** By the machine's clock. */
  readonly minutes: number;
  readonly seed: string;
  /** How many minutes of the fleets go into one. */
  readonly speed: number;
  /** Keeps the data of both fleets. */
  readonly keep: boolean;
}

const HELP = `Two local fleets check the same targets, which fail and come back. One fleet is left alone; in the
other, processes and threads die, calls fail and hang, clocks step, the disk is full, strangers send
requests, and items are poison. Both must see the same incidents, with the same event ids, and every
slot must be a result or missed, once.

  npm run chaos -- [options]

  --minutes N   how long, by this machine's clock (default: 5)
  --seed TEXT   what goes wrong and when follows from it (default: a new one, which is printed)
  --speed N     minutes of the fleets in one minute (default: 6)
  --keep        keep the data of both fleets, and say where it is
  --json        print the figures as JSON
  --help        show this help

Ends with 1 if something did not hold.
`;

/** Reads the command line; prints the help or what is wrong, and ends the process, if there is no run. */
export function readOptions(argv: readonly string[], newSeed: () => string): ChaosOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string" },
      speed: { type: "string", default: "6" },
      keep: { type: "boolean", default: false },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const numbers = { minutes: Number(values.minutes), speed: Number(values.speed) };
  for (const [name, value] of Object.entries(numbers)) {
    if (value > 0 && Number.isFinite(value)) continue;
    process.stderr.write(`--${name} must be a number above 0\n`);
    process.exit(2);
  }
  return { ...numbers, seed: values.seed ?? newSeed(), keep: values.keep };
}
