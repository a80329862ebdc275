import { type DurationMs, type EpochMs, MINUTE_MS, type RegionName } from "../units.ts";
import { neededOf } from "./incident.ts";
import type { RegionHealth, TaskState } from "./model.ts";
import type { AlertPolicy } from "./rules/rules.ts";

/** A hint has the instant of home's clock, an incident those of its checks: so far they may be apart. */
const CLOCKS_MS: DurationMs = MINUTE_MS;

/** What is known of a task beside its state before its samples are read. */
export interface TurnedRegions {
  /** Regions that are to check the task. */
  readonly planned: readonly RegionName[];
  /** Those that were heard lately and do not abstain. */
  readonly heard: readonly RegionName[];
  /** When regions said last that the task went down there, also if it came up since. */
  readonly wentDown: ReadonlyMap<RegionName, EpochMs>;
  /** Regions that said last that it came up. */
  readonly cameUp: ReadonlySet<RegionName>;
  /** What was told before this instant is in the state. */
  readonly sinceMs: EpochMs;
}

/**
 * Whether the samples that have come may open or close the task's incident: only if so many regions may
 * be down as a quorum of those that are heard needs, or so few as one of all. It is wrong in one
 * direction only: what it takes for possible may not come true.
 */
export function isIncidentInReach(
  { incident, regions }: TaskState,
  turned: TurnedRegions,
  policy: Pick<AlertPolicy, "quorum">,
): boolean {
  const { planned, heard, wentDown, cameUp, sinceMs } = turned;
  const healthOf = (name: RegionName) => regions[name];
  if (incident.openedAtMs !== null) {
    const isHeld = (name: RegionName) => isDown(healthOf(name)) && !cameUp.has(name);
    return heard.filter(isHeld).length < neededOf(policy, planned.length);
  }
  const isSilent = (name: RegionName) => (healthOf(name)?.silentSinceMs ?? null) !== null;
  const voters = heard.filter((name) => !isSilent(name));
  const endMs = Math.max(sinceMs, incident.closedAtMs ?? 0);
  const wasDown = (name: RegionName) =>
    (healthOf(name)?.lastDownAtMs ?? -1) > endMs || (wentDown.get(name) ?? -1) > endMs - CLOCKS_MS;
  const maybeDown = planned.filter((name) => isDown(healthOf(name)) || wasDown(name));
  return maybeDown.length >= neededOf(policy, Math.max(1, voters.length));
}

function isDown(health: RegionHealth | undefined): boolean {
  return health?.status === "unhealthy";
}
