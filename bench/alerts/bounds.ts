/** An interval that holds a share, 0 to 1. */
export interface ShareBounds {
  readonly lower: number;
  readonly upper: number;
}

const CONFIDENCE = 0.95;

/**
 * The exact 95 % upper bound of a Poisson rate, one-sided (Garwood 1936): with a greater rate, so few
 * events in this exposure would come in less than 5 of 100 cases. 0 events in 300 months: 0.01.
 */
export function poissonUpper(count: number, exposure: number): number {
  if (exposure <= 0) return Number.POSITIVE_INFINITY;
  const tooFew = (mean: number) => poissonAtMost(count, mean) > 1 - CONFIDENCE;
  return bisect(tooFew, count, 10 + 3 * count + 20) / exposure;
}

/** The probability of at most `count` events where `mean` are expected. */
function poissonAtMost(count: number, mean: number): number {
  let term = -mean;
  let sum = Math.exp(term);
  for (let i = 1; i <= count; i++) {
    term += Math.log(mean / i);
    sum += Math.exp(term);
  }
  return sum;
}

/**
 * The exact 95 % bounds of a share, each one-sided (Clopper and Pearson 1934): 0 of 1,000 is at most
 * 0.3 %.
 */
export function shareBounds(count: number, total: number): ShareBounds {
  if (total === 0) return { lower: 0, upper: 1 };
  return {
    lower: count === 0 ? 0 : 1 - shareUpper(total - count, total),
    upper: count === total ? 1 : shareUpper(count, total),
  };
}

function shareUpper(count: number, total: number): number {
  return bisect((share) => binomialAtMost(count, total, share) > 1 - CONFIDENCE, 0, 1);
}

/** The probability of at most `count` of `total`, each with this share. */
function binomialAtMost(count: number, total: number, share: number): number {
  if (share <= 0) return 1;
  if (share >= 1) return count >= total ? 1 : 0;
  let term = total * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let i = 1; i <= count; i++) {
    term += Math.log(((total - i + 1) / i) * (share / (1 - share)));
    sum += Math.exp(term);
  }
  return sum;
}

/** Where a condition that holds at `low` ceases to hold. */
function bisect(holds: (at: number) => boolean, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (holds(middle)) from = middle;
    else to = middle;
  }
  return to;
}
