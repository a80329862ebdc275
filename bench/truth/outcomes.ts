import type { ProbeResult } from "../../shared/result/result.ts";
import { publish, quantileOf, type Row, skip } from "../report.ts";
import { limitCpu } from "./cpu-share.ts";
import { openDelayedPath, type PathTruth, whyNoDelayedPath } from "./delayed-path.ts";
import type { SubjectCall } from "./probe-subject.ts";
import { PORT } from "./subject.ts";
import { runProbe } from "./synfleet-subject.ts";
import { hostsFrom } from "./targets.ts";

// What the probe says where a target is refused or dropped, or loses its first SYN: the outcome,
// who timed it, and how far its time is from the packets'. All in one run, 50 of each.
// `npx node bench/truth/outcomes.ts [--json]`

const COUNT = 50;

const GROUPS = [
  { target: "open", firstHost: "10.77.1.1" },
  { target: "first SYN lost", firstHost: "10.77.64.1" },
  { target: "refused", firstHost: "10.77.128.1" },
  { target: "dropped", firstHost: "10.77.192.1" },
];

async function runAll(): Promise<Row[]> {
  const path = await openDelayedPath(20);
  const place = { namespace: path.namespace, share: limitCpu(1), core: 0 };
  const all = GROUPS.flatMap(({ firstHost }) => hostsFrom(firstHost, COUNT));
  const setup = { startsPerSecond: 1_600, timing: "kernel" } as const;
  const call: SubjectCall = { setup, port: PORT, timeoutSeconds: 3, bursts: [all] };
  const [results = []] = await runProbe(place, call);
  const truths = await path.end();
  return GROUPS.map(({ target, firstHost }) => {
    const hosts = new Set(hostsFrom(firstHost, COUNT));
    const own = results.filter(({ address }) => address !== null && hosts.has(address));
    return rowOf(target, own, truths);
  });
}

function rowOf(
  target: string,
  results: readonly ProbeResult[],
  truths: ReadonlyMap<string, PathTruth>,
): Row {
  const timed = results.flatMap(({ address, connectTimeMs: ms }) => {
    const truthMs = truths.get(address ?? "")?.handshakeMs;
    return ms === null || truthMs === undefined || truthMs === null ? [] : [{ ms, truthMs }];
  });
  const errors = timed.map(({ ms, truthMs }) => Math.abs(ms - truthMs));
  return {
    target,
    outcome: list(results.map(({ outcome }) => outcome)),
    timing: timed.length === 0 ? "" : list(results.map(({ timing }) => timing)),
    retransmits: list(results.map(({ synRetransmits }) => String(synRetransmits))),
    "SYNs on the wire": list(
      results.map(({ address }) => String(truths.get(address ?? "")?.synCount)),
    ),
    "connect ms": figure(
      timed.map(({ ms }) => ms),
      0.5,
    ),
    "truth ms": figure(
      timed.map(({ truthMs }) => truthMs),
      0.5,
    ),
    "p99 error ms": figure(errors, 0.99),
    "max error ms": figure(errors, 1),
  };
}

function list(values: readonly string[]): string {
  const counts = [...Map.groupBy(values, (value) => value)];
  return counts.map(([value, { length }]) => `${length} × ${value}`).join(", ");
}

function figure(values: readonly number[], share: number): string {
  return values.length === 0 ? "" : quantileOf(values, share).toFixed(3);
}

const why = whyNoDelayedPath();
if (why !== null) skip("outcomes", why);
else publish("outcomes", `Outcomes over a path of 20 ms, ${COUNT} of each`, await runAll());
