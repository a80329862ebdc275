import { quantileOf } from "../report.ts";
import type { PathTruth } from "./delayed-path.ts";
import type { Series } from "./subject.ts";

/** How far a subject's figures were from the truth, in milliseconds, either way. */
export interface ErrorFigures {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Figures that the subject marked as not to be trusted; the others above leave them out. */
  readonly suspectCount: number;
  /** Checks without any figure. */
  readonly absentCount: number;
}

export function measureError(
  { scene, readings }: Series,
  truths: ReadonlyMap<string, PathTruth>,
): ErrorFigures {
  const trusted = readings.filter((reading) => !reading.isSuspect);
  const errors = trusted.map(({ host, ms }) => {
    const truthMs = truths.get(host)?.handshakeMs;
    if (truthMs === undefined || truthMs === null) throw new Error(`No truth about ${host}`);
    return Math.abs(ms - truthMs);
  });
  return {
    medianMs: quantileOf(errors, 0.5),
    p95Ms: quantileOf(errors, 0.95),
    p99Ms: quantileOf(errors, 0.99),
    maxMs: quantileOf(errors, 1),
    suspectCount: readings.length - trusted.length,
    absentCount: scene.count - readings.length,
  };
}
