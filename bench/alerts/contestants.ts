import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { MINUTE_MS } from "../../shared/units.ts";
import { drivePeer } from "./drivers/drive-peer.ts";
import { driveRule } from "./drivers/drive-rule.ts";
import type { Peer } from "./monitors/monitor.ts";
import { PEERS } from "./monitors/peers.ts";
import { ReferenceRule } from "./rule/reference-rule.ts";
import { RULE_VARIANTS, type RuleSettings, WHOLE_RULE } from "./rule/settings.ts";
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

function isSickIn({ troubles }: World): (region: number, atMs: EpochMs) => boolean {
  const sick = troubles.filter(({ isOfProbes }) => isOfProbes === true);
  return (region, atMs) =>
    sick.some(
      (one) =>
        one.region === region &&
        atMs >= one.fromMs + SICK_NOTICED_MS &&
        atMs < one.toMs + SICK_NOTICED_MS,
    );
}

function ownRule(name: string, group: "own" | "step", change: Partial<RuleSettings>): Contestant {
  const settings = { ...WHOLE_RULE, ...change };
  return {
    ...{ name, group },
    run: (world, setting, skips) => {
      const rule = new ReferenceRule(setting, settings, isSickIn(world));
      return driveRule(world, { setting, settings, rule, skips });
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
  ownRule(OWN, "own", {}),
  ...PEERS.map(peerRule),
  ...Object.entries(RULE_VARIANTS).map(([name, change]) => ownRule(name, "step", change)),
];

/** The contestant with this name; throws if there is none. */
export function contestantNamed(name: string): Contestant {
  const found = CONTESTANTS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`No rule is named ${name}`);
  return found;
}
