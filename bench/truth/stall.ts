import type { ChildProcess } from "node:child_process";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import type { ProbeResult, Timing } from "../../shared/result/result.ts";
import { publish, quantileOf, type Row, skip } from "../report.ts";
import { type Verdict, verdictRow } from "../verdict.ts";
import { limitCpu, whyNoCpuShare } from "./cpu-share.ts";
import { openDelayedPath, type PathTruth, whyNoDelayedPath } from "./delayed-path.ts";
import { type Disturbance, starve, stopAtRandom } from "./disturb.ts";
import { outputOf, type Place } from "./start-inside.ts";
import { PORT } from "./subject.ts";
import { startProbe } from "./synfleet-subject.ts";
import { hostsFrom } from "./targets.ts";
import { WHOLE_CORE_MB } from "./truth-figures.ts";

// Whether the probe knows which of its figures are wrong when it is kept from running: stopped for
// 10 to 300 ms at random, or beside a process that takes all of their common share.
// `npx node bench/truth/stall.ts [--json]`

const CHECK_COUNT = 1_000;
const OFF_BY_MS = 2;

interface Trial {
  readonly kept: string;
  readonly memoryMb: number;
  readonly disturb: (child: ChildProcess, place: Place) => Disturbance;
}

const TRIALS: readonly Trial[] = [
  { kept: "stopped at random", memoryMb: 512, disturb: stopAtRandom },
  { kept: "starved", memoryMb: 512, disturb: (_, place) => starve(place) },
  { kept: "starved", memoryMb: 128, disturb: (_, place) => starve(place) },
];

interface Figures {
  readonly trial: Trial;
  readonly timing: Timing;
  readonly errorsMs: readonly number[];
  readonly suspectErrorsMs: readonly number[];
}

async function measure(trial: Trial, timing: Timing): Promise<Figures> {
  const path = await openDelayedPath(20);
  const share = limitCpu(trial.kept === "starved" ? trial.memoryMb / WHOLE_CORE_MB : 1);
  const place = { namespace: path.namespace, share, core: 0 };
  const bursts = [hostsFrom("10.77.1.1", CHECK_COUNT)];
  const setup = { startsPerSecond: startsPerSecondFor(trial.memoryMb), timing };
  const child = startProbe(place, { setup, port: PORT, timeoutSeconds: 5, bursts });
  const disturbance = trial.disturb(child, place);
  const { stdout } = await outputOf(child);
  await disturbance.end();
  share.remove();
  const truths = await path.end();
  const [results = []]: ProbeResult[][] = JSON.parse(stdout);
  return { trial, timing, ...sortOut(results, truths) };
}

function sortOut(results: readonly ProbeResult[], truths: ReadonlyMap<string, PathTruth>) {
  const errorsMs: number[] = [];
  const suspectErrorsMs: number[] = [];
  for (const { address, connectTimeMs, suspect } of results) {
    const truthMs = truths.get(address ?? "")?.handshakeMs ?? Number.NaN;
    const errorMs = Math.abs((connectTimeMs ?? Number.NaN) - truthMs);
    (suspect ? suspectErrorsMs : errorsMs).push(errorMs);
  }
  return { errorsMs, suspectErrorsMs };
}

function countOff(errorsMs: readonly number[]): number {
  return errorsMs.filter((ms) => !(ms <= OFF_BY_MS)).length;
}

function rowOf({ trial, timing, errorsMs, suspectErrorsMs }: Figures): Row {
  return {
    probe: `${trial.kept}, paced for ${trial.memoryMb} MB`,
    timing,
    figures: errorsMs.length + suspectErrorsMs.length,
    "p99 ms": Number(quantileOf(errorsMs, 0.99).toFixed(3)),
    "max ms": Number(quantileOf(errorsMs, 1).toFixed(3)),
    "off, not marked": countOff(errorsMs),
    "off, marked": countOff(suspectErrorsMs),
    "right, but marked": suspectErrorsMs.length - countOff(suspectErrorsMs),
  };
}

function judge({ trial, timing, errorsMs }: Figures): Verdict {
  const claim = `figures off by more than ${OFF_BY_MS} ms and not marked: ${trial.kept}, ${trial.memoryMb} MB, ${timing} timing`;
  return { claim, measured: countOff(errorsMs), limit: 0, bound: "at most" };
}

const why = whyNoDelayedPath() ?? whyNoCpuShare();
if (why !== null) skip("stall", why);
else {
  const all: Figures[] = [];
  for (const trial of TRIALS)
    for (const timing of ["kernel", "user"] as const) all.push(await measure(trial, timing));
  publish("stall", `${CHECK_COUNT} checks by a probe that is kept from running`, all.map(rowOf));
  publish("stall-verdicts", "What must hold", all.map(judge).map(verdictRow));
}
