import { parseArgs } from "node:util";

/** Seeds that a choice may have seen, and seeds that none has. */
export type SeedSet = "tuning" | "held-out";

/** What a run is asked for. */
export interface Options {
  readonly seeds: SeedSet;
  /** Parts of names of worlds and rules; empty for all. */
  readonly only: readonly string[];
  readonly regions: readonly number[];
  readonly schedules: readonly number[];
  /** Months of each kind of world, and outages of each length, for the fleet's own rule at 3 x 60 s. */
  readonly months: number;
  readonly outages: number;
  readonly workers: number;
  /** Worlds and rules are only listed. */
  readonly lists: boolean;
  /** Worlds that the real aggregate step is put through too. */
  readonly compared: number;
}

const FLAGS = {
  seeds: { type: "string", default: "held-out" },
  quick: { type: "boolean", default: false },
  only: { type: "string", default: "" },
  regions: { type: "string" },
  schedule: { type: "string" },
  months: { type: "string" },
  outages: { type: "string" },
  workers: { type: "string", default: "2" },
  json: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
} as const;

/** Reads the command line; throws a sentence about what is wrong with it. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({ args: [...words], options: FLAGS });
  const { seeds, quick } = values;
  if (seeds !== "tuning" && seeds !== "held-out") {
    throw new Error(`--seeds must be tuning or held-out, is ${seeds}`);
  }
  return {
    seeds,
    only: values.only.split(",").filter((word) => word !== ""),
    regions: numbersIn("regions", values.regions ?? (quick ? "3" : "1,2,3,5")),
    schedules: numbersIn("schedule", values.schedule ?? (quick ? "60" : "15,30,60,300")),
    months: numberIn("months", values.months ?? (quick ? "30" : "300")),
    outages: numberIn("outages", values.outages ?? (quick ? "100" : "1000")),
    workers: numberIn("workers", values.workers),
    lists: values.list,
    compared: quick ? 5 : 14,
  };
}

function numbersIn(flag: string, text: string): number[] {
  return text.split(",").map((word) => numberIn(flag, word));
}

function numberIn(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${flag} must be a whole number from 1 on, is ${text}`);
}
