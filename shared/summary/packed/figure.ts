import type { SummaryItem } from "../summary.ts";
import type { ColumnReader, ColumnWriter } from "./columns.ts";
import { FewTimes, type Guess, guessOverall, nearestPlace, type PlainFigure } from "./guess.ts";

/** Figures as a summary's item has them: counts, then a list of times in milliseconds, then lists. */
export type Figure = SummaryItem["o"];

const COUNTS = 5;
const TIMES = 7;

/** How a list is written: in columns without or with times; or as JSON, if it has another form. */
const FORMS = { timeless: 0, timed: 1, odd: 2 } as const;

/** Writes the figures of one region, period after period. */
export function writeRegion(columns: ColumnWriter, figures: readonly Figure[]): void {
  const plain = figures.map(plainOf);
  const averages = plain.flatMap((one) => (one === null ? [] : one.times.slice(0, 1)));
  // The times of a region differ by less than they are.
  const base = averages.length === 0 ? 0 : Math.min(...averages);
  columns.count("times", base);
  plain.forEach((one, i) => {
    if (!writeForm(columns, one, figures[i])) return;
    for (const count of one.counts) columns.count("counts", count);
    if (one.times.length === 0) return;
    const [average = 0, least = 0, greatest = 0, p50 = 0, p95 = 0, p99 = 0, deviation = 0] =
      one.times;
    const few = new FewTimes(one.counts, { average, least });
    columns.count("average", average - base);
    columns.signed("least", average - least);
    columns.signed("ranks", p50 - few.median);
    columns.signed("greatest", greatest - few.greatest(p50));
    columns.signed("ranks", greatest - p95);
    columns.signed("ranks", greatest - p99);
    columns.signed("deviation", deviation - few.deviation(p50, greatest));
  });
}

/** Reads as many figures of one region; null for those that are not wanted. */
export function readRegion(columns: ColumnReader, isWanted: readonly boolean[]): (Figure | null)[] {
  const base = columns.count("times");
  return isWanted.map((wanted) =>
    wanted ? readOfRegion(columns, base) : skipForm(columns, REGION_TIMES),
  );
}

function readOfRegion(columns: ColumnReader, base: number): Figure {
  return readForm(columns, {
    counts: () => Array.from({ length: COUNTS }, () => columns.count("counts")),
    times: (counts) => {
      const average = base + columns.count("average");
      const least = average - columns.signed("least");
      const few = new FewTimes(counts, { average, least });
      const p50 = few.median + columns.signed("ranks");
      const greatest = few.greatest(p50) + columns.signed("greatest");
      const p95 = greatest - columns.signed("ranks");
      const p99 = greatest - columns.signed("ranks");
      const deviation = few.deviation(p50, greatest) + columns.signed("deviation");
      return [average, least, greatest, p50, p95, p99, deviation];
    },
  });
}

/** The columns of the times of a list, each as often as a list has it. */
const REGION_TIMES = [
  "average",
  "least",
  "ranks",
  "greatest",
  "ranks",
  "ranks",
  "deviation",
] as const;
const OVERALL_TIMES = [...REGION_TIMES, "places", "places", "places"] as const;

function skipForm(columns: ColumnReader, times: typeof REGION_TIMES | typeof OVERALL_TIMES): null {
  const form = columns.count("form");
  columns.text("rest");
  if (form === FORMS.odd) return null;
  for (let i = 0; i < COUNTS; i++) columns.count("counts");
  if (form === FORMS.timed) for (const column of times) columns.count(column);
  return null;
}

/** Writes overall figures as what they differ by from those that the regions' let guess. */
export function writeOverall(
  columns: ColumnWriter,
  figure: Figure,
  regions: readonly Figure[],
): void {
  const plain = plainOf(figure);
  if (!writeForm(columns, plain, figure)) return;
  const guess = guessOf(regions);
  plain.counts.forEach((count, i) => {
    columns.signed("counts", count - (guess.counts[i] ?? 0));
  });
  if (plain.times.length === 0) return;
  const [average = 0, least = 0, greatest = 0, p50 = 0, p95 = 0, p99 = 0, deviation = 0] =
    plain.times;
  columns.signed("average", average - guess.average);
  columns.signed("least", least - guess.least);
  columns.signed("greatest", greatest - guess.greatest);
  for (const rank of [p50, p95, p99]) {
    const place = nearestPlace(guess.ranks, rank);
    columns.count("places", place);
    columns.signed("ranks", rank - (guess.ranks[place] ?? 0));
  }
  columns.signed("deviation", deviation - guess.deviationAround(average));
}

/** Reads overall figures of which the regions' are known; null without them. */
export function readOverall(
  columns: ColumnReader,
  regions: readonly Figure[] | null,
): Figure | null {
  if (regions === null) return skipForm(columns, OVERALL_TIMES);
  const guess = guessOf(regions);
  return readForm(columns, {
    counts: () => guess.counts.map((count) => count + columns.signed("counts")),
    times: () => {
      const average = guess.average + columns.signed("average");
      const least = guess.least + columns.signed("least");
      const greatest = guess.greatest + columns.signed("greatest");
      const ranks = [0, 1, 2].map(() => {
        const place = columns.count("places");
        return (guess.ranks[place] ?? 0) + columns.signed("ranks");
      });
      const deviation = guess.deviationAround(average) + columns.signed("deviation");
      return [average, least, greatest, ...ranks, deviation];
    },
  });
}

function guessOf(regions: readonly Figure[]): Guess {
  return guessOverall(regions.flatMap((figure) => plainOf(figure) ?? []));
}

function writeForm(
  columns: ColumnWriter,
  plain: PlainFigure | null,
  figure: Figure | undefined,
): plain is PlainFigure {
  if (plain === null) {
    columns.count("form", FORMS.odd);
    columns.text("rest", toJson(figure ?? []));
    return false;
  }
  columns.count("form", plain.times.length === 0 ? FORMS.timeless : FORMS.timed);
  columns.text("rest", plain.rest);
  return true;
}

function readForm(
  columns: ColumnReader,
  read: {
    readonly counts: () => number[];
    readonly times: (counts: readonly number[]) => number[];
  },
): Figure {
  const form = columns.count("form");
  const rest = JSON.parse(columns.text("rest"));
  if (form === FORMS.odd) return rest;
  const counts = read.counts();
  const times = form === FORMS.timed ? read.times(counts).map((time) => time / 1_000) : [];
  return [...counts, times, ...rest];
}

/** Null if the list has another form than this version gives it. */
function plainOf(figure: Figure): PlainFigure | null {
  const counts = figure.slice(0, COUNTS);
  const times = figure[COUNTS];
  if (!counts.every(isCount) || !Array.isArray(times)) return null;
  if (times.length !== 0 && times.length !== TIMES) return null;
  const microseconds = times.map((time) => Math.round(time * 1_000));
  const isExact = microseconds.every((time, i) => isCount(time) && time / 1_000 === times[i]);
  const rest = toJson(figure.slice(COUNTS + 1));
  return isExact ? { counts, times: microseconds, rest } : null;
}

/** Throws on what JSON writes as null: a figure that is no number is in no list. */
function toJson(list: readonly unknown[]): string {
  const text = JSON.stringify(list);
  if (text.includes("null") && list.flat().some(isNothing))
    throw new Error("A figure is no number");
  return text;
}

function isNothing(value: unknown): boolean {
  return typeof value !== "string" && !Number.isFinite(value) && !Array.isArray(value);
}

/** Far more than any figure, and its differences are whole numbers too. */
const MOST = 2 ** 48;

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < MOST;
}
