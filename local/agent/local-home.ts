import type { Fleet, FleetRegion } from "../../shared/plan/plan.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import {
  findRunningFleet,
  lastFleet,
  pointToFleet,
  pointToNoFleet,
  type RunningFleet,
} from "../aws/local-data.ts";

/** A fleet on this machine that does not run is looked for so often. */
const LOOK_AGAIN_MS: DurationMs = SECOND_MS;

/** The fleet on this machine has no agent of that name; the message is a full sentence. */
export class UnknownAgentError extends Error {
  override readonly name = "UnknownAgentError";
}

/** A fleet on this machine, for an agent of it. */
export interface LocalHome {
  readonly fleet: Fleet;
  /** The agent's location, as the fleet knows it. */
  readonly own: FleetRegion;
  /** Whether its functions can be invoked; a fleet of an early version did not tell. */
  readonly hasFunctions: boolean;
}

/** Which fleet is looked for, and what with. */
export interface LocalHomeSetup {
  /** The folder of its data. */
  readonly dir: string;
  readonly location: RegionName;
  readonly sleep: (ms: DurationMs) => Promise<void>;
  readonly stop: AbortSignal;
  /** Is told once that no fleet runs there. */
  readonly noFleet: () => void;
}

/**
 * Finds the fleet on some data, and points the AWS settings of this process to it. One that ran there
 * before and does not run is as AWS that is away; if none ever did, it is waited for. Null if it is
 * stopped meanwhile. Throws UnknownAgentError.
 */
export async function openLocalHome(setup: LocalHomeSetup): Promise<LocalHome | null> {
  const { dir, location, sleep, stop, noFleet } = setup;
  for (let looks = 0; !stop.aborted; looks++) {
    const running = await runningOn(dir);
    if (running !== null) return openRunning(setup, running);
    if (looks === 0) noFleet();
    const fleet = lastFleet(dir);
    const own = fleet === null ? undefined : ownRegion(fleet, location);
    if (fleet !== null && own !== undefined) {
      pointToNoFleet();
      return { fleet, own, hasFunctions: true };
    }
    await sleep(LOOK_AGAIN_MS);
  }
  return null;
}

function openRunning({ dir, location }: LocalHomeSetup, running: RunningFleet): LocalHome {
  const { fleet, functions } = running;
  const own = ownRegion(fleet, location);
  if (own === undefined) {
    const advice = "npm start -- --agents NAME";
    throw new UnknownAgentError(`The fleet on ${dir} has no agent ${location}: ${advice}.`);
  }
  pointToFleet(running);
  return { fleet, own, hasFunctions: functions !== null };
}

/** Points to the fleet again if it runs elsewhere since its next start. */
export async function findLocalHome(dir: string, location: RegionName): Promise<void> {
  const running = await runningOn(dir);
  if (running !== null && ownRegion(running.fleet, location)) pointToFleet(running);
}

/** One that does not answer is as one that does not run. */
async function runningOn(dir: string): Promise<RunningFleet | null> {
  return await findRunningFleet(dir).catch(() => null);
}

function ownRegion({ regions }: Fleet, location: RegionName): FleetRegion | undefined {
  return regions.find(({ name, agent }) => name === location && agent);
}
