import { type AlertPolicy, DEFAULT_ALERT_POLICY } from "../../shared/health/rules/rules.ts";
import { type DurationMs, MINUTE_MS } from "../../shared/units.ts";
import { drivePeer } from "./drivers/drive-peer.ts";
import { driveRule } from "./drivers/drive-rule.ts";
import type { Peer } from "./monitors/monitor.ts";
import { PEERS } from "./monitors/peers.ts";
import { FleetRule } from "./rule/fleet-rule.ts";
import type { IsSick } from "./rule/home-rule.ts";
import { ReferenceRule } from "./rule/reference-rule.ts";
import { type FleetWays, type RuleSettings, WHOLE_RULE } from "./rule/settings.ts";
import type { Counted } from "./score.ts";
import type { Setting } from "./setting.ts";
import type { World } from "./worlds/world.ts";

/** A rule that takes part: the fleet's own, the same with one part different, or a peer's. */
export interface Contestant {
  readonly name: string;
  readonly group: "own" | "step" | "peer";
  /** Puts it through a world; `skips` leaves out stretches in which nothing fails. */
  readonly run: (world: World, setting: Setting, skips: boolean) => Counted;
}

/** The name of the fleet's own rule with its defaults. */
export const OWN = "synfleet";

/** How long a fleet needs to notice that a region's probes fail for all targets, and that they don't. */
const SICK_NOTICED_MS: DurationMs = MINUTE_MS;

/** Regions that a fleet of many tasks knows to be sick. */
function isSickIn({ troubles }: World): IsSick {
  const sick = troubles.filter(({ isOfProbes }) => isOfProbes === true);
  return (region, atMs) =>
    sick.some(
      (one) =>
        one.region === region &&
        atMs >= one.fromMs + SICK_NOTICED_MS &&
        atMs < one.toMs + SICK_NOTICED_MS,
    );
}

/** What is different from the default. */
interface Different {
  readonly policy?: Partial<AlertPolicy>;
  readonly ways?: Partial<FleetWays>;
  readonly incidentsAlone?: true;
  readonly abstains?: false;
}

const ALL_WAYS: FleetWays = { hints: true, secondOpinions: true };

/** The fleet's own judgement and its own step of health. */
function fleetRule(name: string, group: "own" | "step", different: Different): Contestant {
  const policy = { ...DEFAULT_ALERT_POLICY, ...different.policy };
  const ways = { ...ALL_WAYS, ...different.ways };
  const incidentsAlone = different.incidentsAlone ?? false;
  return {
    ...{ name, group },
    run: (world, setting, skips) => {
      const isSick = different.abstains === false ? () => false : isSickIn(world);
      const rule = new FleetRule({ setting, policy, isSick, incidentsAlone });
      return driveRule(world, { setting, ways, rule, policy, skips });
    },
  };
}

/** The rule written a second time, whose parts can be left out. */
function referenceRule(name: string, change: Partial<RuleSettings>): Contestant {
  const settings = { ...WHOLE_RULE, ...change };
  const { failureThreshold, successThreshold } = settings;
  const policy = { ...DEFAULT_ALERT_POLICY, failureThreshold, successThreshold };
  return {
    ...{ name, group: "step" },
    run: (world, setting, skips) => {
      const rule = new ReferenceRule(setting, settings, isSickIn(world));
      return driveRule(world, { setting, ways: ALL_WAYS, rule, policy, skips });
    },
  };
}

function peerRule(peer: Peer): Contestant {
  return {
    name: peer.name,
    group: "peer",
    run: (world, setting, skips) => drivePeer(world, peer, { ...setting, skips }),
  };
}

/** Every rule of the bench, in the order of the tables. */
export const CONTESTANTS: readonly Contestant[] = [
  fleetRule(OWN, "own", {}),
  ...PEERS.map(peerRule),
  fleetRule("incidents alone", "step", { incidentsAlone: true }),
  fleetRule("no rechecks", "step", { incidentsAlone: true, policy: { recheckSeconds: [] } }),
  fleetRule("no hints", "step", { incidentsAlone: true, ways: { hints: false } }),
  fleetRule("no second opinions", "step", {
    incidentsAlone: true,
    ways: { secondOpinions: false },
  }),
  fleetRule("no abstaining", "step", { incidentsAlone: true, abstains: false }),
  fleetRule("threshold 3", "step", { incidentsAlone: true, policy: { failureThreshold: 3 } }),
  fleetRule("threshold 5", "step", { incidentsAlone: true, policy: { failureThreshold: 5 } }),
  fleetRule("3 of 5", "step", {
    incidentsAlone: true,
    policy: { failures: { failed: 3, of: 5 } },
  }),
  referenceRule("reference", {}),
  referenceRule("no chance", { chance: null }),
  referenceRule("no recent", { recentMs: null }),
  referenceRule("no lone rule", { lone: null }),
  referenceRule("no hold", { holdsFlaps: false }),
];

/** The contestant with this name; throws if there is none. */
export function contestantNamed(name: string): Contestant {
  const found = CONTESTANTS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`No rule is named ${name}`);
  return found;
}
