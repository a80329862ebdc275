/** The figures of a list in whole microseconds. */
export interface PlainFigure {
  readonly counts: readonly number[];
  /** Average, least, greatest, p50, p95, p99, deviation; none if no check has a time. */
  readonly times: readonly number[];
  /** What follows, as JSON. */
  readonly rest: string;
}

/** What the figures of the regions let guess of the overall ones, in whole microseconds. */
export interface Guess {
  readonly counts: readonly number[];
  readonly average: number;
  readonly least: number;
  readonly greatest: number;
  /** Times that a check is known to have taken, in order: a percentile of all is often one of them. */
  readonly ranks: readonly number[];
  deviationAround(average: number): number;
}

const SUCCESSES = 2;

/**
 * Guesses by arithmetic that every machine does alike to the last bit (IEEE 754), because a reader must
 * guess what the writer did. Another guess is another format.
 */
export function guessOverall(regions: readonly PlainFigure[]): Guess {
  const counts = [0, 1, 2, 3, 4].map((i) => sum(regions.map((region) => region.counts[i] ?? 0)));
  const timed = regions.filter(({ times }) => times.length > 0);
  const weights = timed.map((region) => region.counts[SUCCESSES] ?? 0);
  const total = sum(weights);
  const time = (position: number) => timed.map(({ times }) => times[position] ?? 0);
  const weighted = (values: readonly number[]) =>
    total === 0 ? 0 : sum(values.map((value, i) => value * (weights[i] ?? 0))) / total;
  const [averages, deviations] = [time(0), time(6)];
  return {
    counts,
    average: Math.round(weighted(averages)),
    least: timed.length === 0 ? 0 : Math.min(...time(1)),
    greatest: timed.length === 0 ? 0 : Math.max(...time(2)),
    ranks: [...new Set([1, 2, 3, 4, 5].flatMap(time))].sort((a, b) => a - b),
    deviationAround: (mean) =>
      Math.round(
        Math.sqrt(
          weighted(averages.map((own, i) => (deviations[i] ?? 0) ** 2 + (own - mean) ** 2)),
        ),
      ),
  };
}

/** What average and least time let guess of the others: of up to four times, nearly all. */
export class FewTimes {
  readonly #count: number;
  readonly #average: number;
  readonly #least: number;

  constructor(
    counts: readonly number[],
    { average, least }: { readonly average: number; readonly least: number },
  ) {
    this.#count = counts[SUCCESSES] ?? 0;
    this.#average = average;
    this.#least = least;
  }

  /** Of two times the lower one. */
  get median(): number {
    return this.#count === 2 ? this.#least : this.#average;
  }

  greatest(median: number): number {
    if (this.#count === 2) return 2 * this.#average - this.#least;
    return this.#count === 3 ? 3 * this.#average - this.#least - median : this.#average;
  }

  deviation(median: number, greatest: number): number {
    const ends = [this.#least, greatest];
    if (this.#count < 3) return this.#around(ends);
    if (this.#count === 3) return this.#around([...ends, median]);
    if (this.#count > 4) return 0;
    return this.#around([...ends, median, 4 * this.#average - sum(ends) - median]);
  }

  #around(times: readonly number[]): number {
    const squares = times.map((time) => (time - this.#average) ** 2);
    return Math.round(Math.sqrt(sum(squares) / times.length));
  }
}

/** The position of the value that is nearest; 0 if there is none. */
export function nearestPlace(values: readonly number[], wanted: number): number {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(value - wanted) < Math.abs((values[best] ?? 0) - wanted)) best = i;
  });
  return best;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
