import { type Row, type Spread, showSpread, spreadOf } from "../report.ts";
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

function cpuUsOf(runs: readonly Cost[]): Spread {
  return spreadOf(runs.map(({ cpuUs, checks }) => cpuUs / checks));
}

export function costRow({ subject, far, near }: CostRuns): Row {
  const perSecond = spreadOf(near.map(({ checks, wallUs }) => (1e6 * checks) / wallUs)).median;
  return {
    prober: subject,
    "CPU us a check": showSpread(cpuUsOf(far)),
    "on loopback": showSpread(cpuUsOf(near)),
    "checks a second": Math.round(perSecond),
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
  const medianOf = (name: string) => {
    const runs = all.find(({ subject }) => subject === name);
    return runs === undefined || runs.far.length === 0 ? undefined : cpuUsOf(runs.far).median;
  };
  const verdicts = LIMITS.flatMap(({ own, peer, whose, limit }): Verdict[] => {
    const ownUs = medianOf(own);
    const peerUs = medianOf(peer);
    if (ownUs === undefined || peerUs === undefined) return [];
    const claim = `${own}: CPU a check, of ${whose}`;
    return [{ claim, measured: ownUs / peerUs, limit, bound: "at most" }];
  });
  return verdicts.map(verdictRow);
}
