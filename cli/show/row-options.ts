import type { Fleet } from "../../shared/plan/plan.ts";
import { DAY_MS, type EpochMs, type RegionName } from "../../shared/units.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { numberOption, sinceOption, textOption } from "../command/read-option.ts";

const DEFAULT_LIMIT = 100;
const MOST_ROWS = 100_000;

/** Options of every command that shows a history: which rows are wanted. */
export const ROW_OPTIONS: Options = {
  limit: {
    type: "string",
    value: "N",
    about: `The newest N rows (default ${DEFAULT_LIMIT}; with --since ${MOST_ROWS}).`,
  },
  since: {
    type: "string",
    value: "WHEN",
    about: "Rows since then: an age (90s, 15m, 1h, 7d) or an ISO time.",
  },
  json: { type: "boolean", about: "Print JSON lines, one object a row." },
};

/** The paragraph about exit codes in the help of each of these commands. */
export const UNKNOWN_NOTE =
  "Exit codes: 0 fine, also without rows; 1 nothing is known of the task, 3 failed.";

/** The paragraph about rows in the help of each of these commands. */
export function rowNote(lookBackDays: number): string {
  return `Rows are in order of time, the newest last; times are in UTC. Without --since, the last ${lookBackDays} days are searched.`;
}

/** Which rows of a history are wanted. */
export interface RowQuery {
  readonly sinceMs: EpochMs;
  /** Exclusive. */
  readonly untilMs: EpochMs;
  readonly limit: number;
}

/** The rows that a call asks for; without `--since` it looks back `lookBackDays`. */
export function rowQueryOf(call: Call, lookBackDays: number): RowQuery {
  const since = sinceOption(call);
  const limit = numberOption(call, "limit", { min: 1, max: MOST_ROWS });
  return {
    sinceMs: since ?? call.io.now() - lookBackDays * DAY_MS,
    untilMs: call.io.now() + 1,
    limit: limit ?? (since === null ? DEFAULT_LIMIT : MOST_ROWS),
  };
}

/** The region that a call asks for, or null for all; throws UsageError if the fleet does not have it. */
export function regionOption(call: Call, fleet: Fleet): RegionName | null {
  const region = textOption(call, "region");
  const names = fleet.regions.map(({ name }) => name);
  if (region === null || names.includes(region)) return region;
  throw new UsageError(`--region must be one of ${names.join(", ")}, is "${region}".`);
}
