/** Checks of one region: how many, and how many of them failed. */
export interface Batch {
  readonly failedCount: number;
  readonly checkCount: number;
}

/** How seldom chance alone may break a rule whose limit is the true share. */
const BREAK_CHANCE = 0.001;

/** How seldom chance alone may clear one. */
const CLEAR_CHANCE = 0.01;

/** A broken rule does not clear while more than this part of its limit fails. */
const CLEAR_PART = 0.75;

/**
 * Whether the lower 99.9 % bound (Clopper and Pearson, 1934) of the share of failures is above
 * `share`, from 0 to 1: fewer than one in a thousand such batches has as many failures by chance.
 */
export function isProvenAbove({ failedCount, checkCount }: Batch, share: number): boolean {
  if (failedCount <= share * checkCount) return false;
  return chanceOfAtLeast(failedCount, checkCount, share) < BREAK_CHANCE;
}

/** Whether so few failures are clearly below `share`: at most three quarters of it, and not by chance. */
export function isProvenBelow(batch: Batch, share: number): boolean {
  const { failedCount, checkCount } = batch;
  if (!isWellBelow(batch, share)) return false;
  const passedCount = checkCount - failedCount;
  return share === 0 || chanceOfAtLeast(passedCount, checkCount, 1 - share) < CLEAR_CHANCE;
}

/** Whether the share of failures is at most three quarters of `share`. */
export function isWellBelow({ failedCount, checkCount }: Batch, share: number): boolean {
  return failedCount <= CLEAR_PART * share * checkCount;
}

/** The chance of `least` or more failures in `count` checks that each fail with the chance `share`. */
function chanceOfAtLeast(least: number, count: number, share: number): number {
  if (share <= 0) return 0;
  const odds = share / (1 - share);
  let term = Math.exp(logChance(least, count, share));
  let sum = 0;
  for (let failed = least; failed <= count; failed++) {
    sum += term;
    term *= ((count - failed) / (failed + 1)) * odds;
  }
  return sum;
}

/** The logarithm of the chance of exactly `failed` failures. */
function logChance(failed: number, count: number, share: number): number {
  let log = failed * Math.log(share) + (count - failed) * Math.log(1 - share);
  for (let i = 1; i <= failed; i++) log += Math.log((count - failed + i) / i);
  return log;
}
