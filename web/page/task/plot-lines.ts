import type { SeriesLine, SeriesRecord } from "../../records/records.ts";

/** What the band around an average is. */
export type BandKind = "range" | "percentiles";

/** One line of a plot, with its band. */
export interface PlotLine {
  readonly label: string;
  readonly colour: number;
  /** Of another task than the page's. */
  readonly isOther: boolean;
  readonly middle: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** The page's style sheet has so many colours of lines. */
const COLOURS = 6;

/** The lines of a task, one a region that is not hidden. */
export function regionLines(
  { regions }: SeriesRecord,
  hidden: ReadonlySet<string>,
  band: BandKind,
): PlotLine[] {
  return Object.entries(regions).flatMap(([label, line], i) =>
    hidden.has(label)
      ? []
      : [{ label, colour: (i % COLOURS) + 1, isOther: false, ...shapeOf(line, band) }],
  );
}

/** The line of another task, on the times of the first one. */
export function otherLine(
  other: SeriesRecord,
  startsMs: readonly number[],
  colour: number,
): PlotLine {
  const index = new Map(other.startsMs.map((startMs, i) => [startMs, i]));
  const middle = startsMs.map((startMs) => other.overall.avgMs[index.get(startMs) ?? -1] ?? null);
  const none = startsMs.map(() => null);
  const at = (colour % COLOURS) + 1;
  return { label: other.name, colour: at, isOther: true, middle, low: none, high: none };
}

function shapeOf(line: SeriesLine, band: BandKind) {
  return band === "range"
    ? { middle: line.avgMs, low: line.minMs, high: line.maxMs }
    : { middle: line.p50Ms, low: line.p50Ms, high: line.p95Ms };
}

/** The loss of each path as a line, one a region that is not hidden; none if no SYN was sent again. */
export function lossLines({ regions }: SeriesRecord, hidden: ReadonlySet<string>): PlotLine[] {
  const all = Object.entries(regions);
  if (!all.some(([, { lossPercent }]) => lossPercent.some((percent) => (percent ?? 0) > 0)))
    return [];
  return all.flatMap(([label, { lossPercent: middle }], i) => {
    const none = middle.map(() => null);
    const line = {
      label,
      colour: (i % COLOURS) + 1,
      isOther: false,
      middle,
      low: none,
      high: none,
    };
    return hidden.has(label) ? [] : [line];
  });
}

/** A line a phase, of all regions; none if the check ends with its handshake. */
export function phaseLines({ overall }: SeriesRecord): PlotLine[] {
  const phases = Object.entries(overall.phasesMs);
  if (phases.length === 0) return [];
  const none = overall.avgMs.map(() => null);
  return [["connect", overall.avgMs] as const, ...phases].map(([label, middle], i) => ({
    ...{ label, middle, low: none, high: none },
    colour: (i % COLOURS) + 1,
    isOther: false,
  }));
}

/** How many checks there were, and the share that passed in percent; null without any. */
export function passedOf({ count, failed }: Pick<SeriesLine, "count" | "failed">) {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const total = sum(count);
  return { total, percent: total === 0 ? null : (100 * (total - sum(failed))) / total };
}

/** Failures by kind as heights that stand on each other, the lowest kind last, so that it is drawn over. */
export function stackedFailures({ failuresByKind, startsMs }: SeriesRecord) {
  const sum = startsMs.map(() => 0);
  const stacked = Object.entries(failuresByKind).map(([kind, counts]) => ({
    kind,
    total: counts.reduce((a, b) => a + b, 0),
    heights: startsMs.map((_, i) => {
      sum[i] = (sum[i] ?? 0) + (counts[i] ?? 0);
      return sum[i] ?? 0;
    }),
  }));
  return stacked.reverse();
}

/** Times in seconds, as uPlot takes them, with a gap where a period is missing. */
export function timesOf(startsMs: readonly number[]): number[] {
  return startsMs.map((startMs) => startMs / 1_000);
}
