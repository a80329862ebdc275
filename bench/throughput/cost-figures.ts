import { type Row, showSpread, spreadOf } from "../report.ts";
import { type Verdict, verdictRow } from "../verdict.ts";
import {
  BLACKBOX_NAME,
  C_LOOP,
  C_LOOP_PACED,
  type Cost,
  GO,
  PROBE,
  PROBE_PACED,
} from "./subjects.ts";

/** A subject's runs, on targets 20 ms away and on loopback. */
export interface CostRuns {
  readonly subject: string;
  readonly far: readonly Cost[];
  readonly near: readonly Cost[];
}

function cpuUsOf({ cpuUs, checks }: Cost): number {
  return cpuUs / checks;
}

function mostOpenOf(costs: readonly Cost[]): string {
  const counts = costs.flatMap(({ mostOpen }) => mostOpen ?? []);
  return counts.length === 0 ? "" : showSpread(spreadOf(counts));
}

export function costRow({ subject, far, near }: CostRuns): Row {
  const perSecond = spreadOf(near.map(({ checks, wallUs }) => (1e6 * checks) / wallUs)).median;
  return {
    prober: subject,
    "CPU us a check": showSpread(spreadOf(far.map(cpuUsOf))),
    "on loopback": showSpread(spreadOf(near.map(cpuUsOf))),
    "checks a second": Math.round(perSecond),
    "descriptors, 20 ms away": mostOpenOf(far),
    "descriptors, loopback": mostOpenOf(near),
  };
}

/** Whose CPU may be how much of whose. */
const LIMITS = [
  { own: PROBE, peer: C_LOOP, whose: "the C loop's", limit: 2 },
  { own: PROBE_PACED, peer: C_LOOP_PACED, whose: "the C loop's at the same pace", limit: 2 },
  { own: PROBE, peer: GO, whose: "Go's", limit: 1 },
  { own: PROBE, peer: BLACKBOX_NAME, whose: "blackbox_exporter's", limit: 0.125 },
] as const;

export function judgeCost(all: readonly CostRuns[]): Row[] {
  const runsOf = (name: string) => all.find(({ subject }) => subject === name)?.far ?? [];
  const verdicts = LIMITS.flatMap(({ own, peer, whose, limit }): Verdict[] => {
    const peers = runsOf(peer);
    // Run by run, since the machine's own pace drifts.
    const shares = runsOf(own).flatMap((cost, run) => {
      const beside = peers[run];
      return beside === undefined ? [] : [cpuUsOf(cost) / cpuUsOf(beside)];
    });
    if (shares.length === 0) return [];
    const claim = `${own}: CPU a check, of ${whose}`;
    return [{ claim, measured: spreadOf(shares).median, limit, bound: "at most" }];
  });
  return verdicts.map(verdictRow);
}
