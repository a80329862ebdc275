import type { Fleet } from "../../shared/plan/plan.ts";
import { type LocalCredentials, localCredentials } from "../guard/access-key.ts";
import { DataInUseError } from "./database.ts";
import { findFleet } from "./find-fleet.ts";
import { accessKeyOf, type Runtime } from "./runtime-file.ts";

/** The fleet that runs on some data, and the way to its functions. */
export interface RunningFleet {
  readonly fleet: Fleet;
  /** URL of its database. */
  readonly database: string;
  /** URL of Lambda's Invoke; null if the fleet is of a version that did not tell. */
  readonly functions: string | null;
  /** URL of its page; null without one. */
  readonly page: string | null;
  readonly credentials: LocalCredentials;
}

/** Finds the fleet that runs on the data in `dir`; null if none does. Throws DataInUseError if it does not answer. */
export async function findRunningFleet(dir: string): Promise<RunningFleet | null> {
  const found = await findFleet(dir);
  if (found.kind === "none") return null;
  const { runtime } = found;
  if (found.kind === "silent") throw new DataInUseError(silentSentence(dir, runtime));
  const credentials = localCredentials(accessKeyOf(runtime));
  return {
    fleet: runtime.fleet,
    database: runtime.database,
    functions: runtime.functions ?? null,
    page: runtime.page ?? null,
    credentials,
  };
}

/** What to do about a fleet that is there and does not answer. */
export function silentSentence(dir: string, { pid }: Runtime): string {
  return `The fleet on ${dir} (process ${pid}) does not answer. If it is stopped, let it go on with kill -CONT ${pid}, or end it with kill -KILL ${pid}.`;
}
