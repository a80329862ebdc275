import type { Row } from "../report.ts";
import { type Verdict, verdictRow } from "../verdict.ts";
import type { ErrorFigures } from "./measure-error.ts";

/** One subject's error in one scene at one share of a core. */
export interface TruthFigures extends ErrorFigures {
  readonly subject: string;
  readonly memoryMb: number;
  readonly count: number;
}

export const KERNEL = "synfleet, kernel timing";
export const USER = "synfleet, user timing";
const BLACKBOX_NAME = "blackbox_exporter";

/** The memory at which a function has a whole core; below, its share shrinks with it. */
export const WHOLE_CORE_MB = 1_769;

function percentOfCore(memoryMb: number): string {
  return `${((100 * memoryMb) / WHOLE_CORE_MB).toFixed(1)} %`;
}

export function truthRow(figures: TruthFigures): Row {
  const { subject, memoryMb, count, suspectCount, absentCount } = figures;
  return {
    core: percentOfCore(memoryMb),
    prober: subject,
    "at once": count,
    "median ms": inMs(figures.medianMs),
    "p95 ms": inMs(figures.p95Ms),
    "p99 ms": inMs(figures.p99Ms),
    "max ms": inMs(figures.maxMs),
    suspect: suspectCount,
    absent: absentCount,
  };
}

function inMs(ms: number): string {
  return Number.isNaN(ms) ? "" : ms.toFixed(ms < 10 ? 3 : 0).padStart(6);
}

/** What must hold of 1,000 checks due at once. */
export function judgeTruth(all: readonly TruthFigures[]): Row[] {
  const thousand = all.filter(({ count }) => count === 1_000);
  const verdicts = [
    ...thousand.filter(({ subject }) => subject === KERNEL).map(judgeKernel),
    ...thousand.filter(({ subject }) => subject === KERNEL).flatMap((one) => nearer(one, thousand)),
    ...thousand.filter(({ subject }) => subject === USER).flatMap(judgeUser),
  ];
  return verdicts.map(verdictRow);
}

function judgeKernel({ memoryMb, p99Ms }: TruthFigures): Verdict {
  const claim = `kernel timing, p99 error at ${percentOfCore(memoryMb)}, ms`;
  return { claim, measured: p99Ms, limit: 0.1, bound: "at most" };
}

// A kernel that errs by less than a microsecond would make any factor infinite.
function nearer(kernel: TruthFigures, all: readonly TruthFigures[]): Verdict[] {
  const blackbox = all.find(
    ({ subject, memoryMb }) => subject === BLACKBOX_NAME && memoryMb === kernel.memoryMb,
  );
  if (blackbox === undefined) return [];
  const measured = blackbox.p95Ms / Math.max(kernel.p95Ms, 0.001);
  const claim = `nearer at p95 than blackbox_exporter at ${percentOfCore(kernel.memoryMb)}, times`;
  return [{ claim, measured, limit: 500, bound: "at least" }];
}

function judgeUser({ memoryMb, medianMs, p99Ms }: TruthFigures): Verdict[] {
  const at = percentOfCore(memoryMb);
  return [
    {
      claim: `user timing, median error at ${at}, ms`,
      measured: medianMs,
      limit: 0.15,
      bound: "at most",
    },
    { claim: `user timing, p99 error at ${at}, ms`, measured: p99Ms, limit: 0.5, bound: "at most" },
  ];
}
