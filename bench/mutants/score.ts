import { dirname } from "node:path";
import { type Accepted, keyOf } from "./accepted.ts";
import type { Verdict } from "./run-mutant.ts";

/** The gate: so many of a hundred mutants must be found by a test. */
export const LEAST_PERCENT = 75;

/** How many mutants the tests found. Accepted ones are not counted. */
export interface Score {
  readonly killed: number;
  readonly total: number;
}

/** How many made a test hang: the gate counts them as found, though no test says so itself. */
export function hangsAmong(verdicts: readonly Verdict[]): number {
  return verdicts.filter(({ end }) => end === "timeout").length;
}

/** Those that no test found and that are not accepted. */
export function survivorsOf(
  verdicts: readonly Verdict[],
  accepted: readonly Accepted[],
): Verdict[] {
  return verdicts.filter((verdict) => !isKilled(verdict) && !isAccepted(verdict, accepted));
}

/** Accepted mutants that a test finds after all. */
export function foundAccepted(
  verdicts: readonly Verdict[],
  accepted: readonly Accepted[],
): Verdict[] {
  return verdicts.filter((verdict) => isKilled(verdict) && isAccepted(verdict, accepted));
}

export function scoreOf(verdicts: readonly Verdict[], accepted: readonly Accepted[]): Score {
  const counted = verdicts.filter((verdict) => !isAccepted(verdict, accepted));
  return { killed: counted.filter(isKilled).length, total: counted.length };
}

/** The score of every room, by its folder. */
export function scoresByRoom(
  verdicts: readonly Verdict[],
  accepted: readonly Accepted[],
): ReadonlyMap<string, Score> {
  const rooms = Map.groupBy(verdicts, ({ mutant }) => dirname(mutant.file));
  const scores = [...rooms].map(([room, own]) => [room, scoreOf(own, accepted)] as const);
  return new Map(scores.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function percentOf({ killed, total }: Score): number {
  return total === 0 ? 100 : (100 * killed) / total;
}

/**
 * Tells whether a score is under the gate. A few mutants of many say little, so a sample fails only
 * when code that is just good enough would hardly ever have such a one: when the upper end of its
 * Wilson interval at 95 % is under the gate.
 */
export function isTooLow(score: Score, isSample: boolean): boolean {
  return (isSample ? upperPercent(score) : percentOf(score)) < LEAST_PERCENT;
}

function upperPercent({ killed, total }: Score): number {
  if (total === 0) return 100;
  const z = 1.96;
  const share = killed / total;
  const middle = share + (z * z) / (2 * total);
  const spread = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  return (100 * (middle + spread)) / (1 + (z * z) / total);
}

function isKilled({ end }: Verdict): boolean {
  return end === "killed" || end === "timeout" || end === "crash";
}

function isAccepted({ mutant }: Verdict, accepted: readonly Accepted[]): boolean {
  const key = keyOf(mutant);
  return accepted.some((one) => keyOf(one) === key);
}
