import { type Figures, lossPercent } from "../../../shared/summary/summary.ts";
import type { SeriesLine } from "../../records/records.ts";

type Deep = NonNullable<Figures["deep"]>;

/** The average of each phase beyond the connect, from what is added up of it. */
const PHASES: Readonly<Record<string, (deep: Deep) => number | null>> = {
  tls: ({ tlsSumMs, tlsCount }) => averageOf(tlsSumMs, tlsCount),
  dialogue: ({ dialogueSumMs, dialogueCount }) => averageOf(dialogueSumMs, dialogueCount),
};

/** The line of some figures, one a period; null is a period without any. */
export function seriesLine(periods: readonly (Figures | null)[]): SeriesLine {
  const numbers = (of: (figures: Figures) => number) =>
    periods.map((figures) => (figures === null ? 0 : of(figures)));
  const values = (of: (figures: Figures) => number | null) =>
    periods.map((figures) => (figures === null ? null : of(figures)));
  return {
    count: numbers(({ sampleCount }) => sampleCount),
    failed: numbers(({ failedCount }) => failedCount),
    missed: numbers(({ missedCount }) => missedCount),
    avgMs: values(({ avgConnectTimeMs }) => avgConnectTimeMs),
    minMs: values(({ minConnectTimeMs }) => minConnectTimeMs),
    maxMs: values(({ maxConnectTimeMs }) => maxConnectTimeMs),
    p50Ms: values(({ p50ConnectTimeMs }) => p50ConnectTimeMs),
    p95Ms: values(({ p95ConnectTimeMs }) => p95ConnectTimeMs),
    lossPercent: values(lossPercent),
    phasesMs: Object.fromEntries(
      Object.entries(PHASES)
        .map(
          ([name, average]) =>
            [name, values(({ deep }) => (deep === undefined ? null : average(deep)))] as const,
        )
        .filter(([, column]) => column.some((value) => value !== null)),
    ),
  };
}

function averageOf(sumMs: number, count: number): number | null {
  return count === 0 ? null : Math.round((1_000 * sumMs) / count) / 1_000;
}
