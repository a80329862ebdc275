import uPlot from "uplot";
import type { PlotLine } from "./plot-lines.ts";
import type { PlotTheme } from "./plot-theme.ts";

/** Plots with this key move their cursors and zooms together. */
const TOGETHER = "time";

const DASH = [6, 4];

/** What every plot over time has: axes in the colours of the page, and a cursor that they share. */
export function timeOptions(theme: PlotTheme, unit: (value: number) => string) {
  const axis = {
    stroke: theme.colour("soft"),
    grid: { stroke: theme.colour("line"), width: 1 },
    ticks: { stroke: theme.colour("line"), width: 1, size: 4 },
    font: "12px system-ui",
  };
  return {
    legend: { show: false },
    padding: [8, 12, 0, 0] as [number, number, number, number],
    cursor: {
      sync: { key: TOGETHER, setSeries: false },
      points: { size: 6 },
      drag: { x: true, y: false },
    },
    axes: [
      { ...axis, values: TIME_TEXTS },
      { ...axis, size: 64, values: (_: uPlot, values: number[]) => values.map(unit) },
    ],
  };
}

/** Dates and times on a clock of 24 hours. */
const TIME_TEXTS: (string | number | null)[][] = [
  [86_400, "{D} {MMM}", null, null, null, null, null, null, 1],
  [3_600, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
];

/** Series and bands of lines: each is its average, and its band below it. */
export function lineSeries(lines: readonly PlotLine[], theme: PlotTheme) {
  const hidden = { points: { show: false }, width: 0 };
  const series = lines.flatMap(({ label, colour, isOther }) => [
    {
      label,
      stroke: theme.colour(`line-${colour}`),
      width: 1.6,
      points: { show: false },
      ...(isOther && { dash: DASH }),
    },
    { label: `${label} low`, ...hidden },
    { label: `${label} high`, ...hidden },
  ]);
  const bands = lines.flatMap(({ colour, isOther }, i) => {
    const at = 1 + i * 3;
    const fill = theme.faint(`line-${colour}`, 13);
    return isOther ? [] : [{ series: [at + 2, at + 1] as [number, number], fill }];
  });
  return { series: [{}, ...series], bands };
}

/** The values of lines in the order of their series. */
export function lineData(times: readonly number[], lines: readonly PlotLine[]): uPlot.AlignedData {
  const values = lines.flatMap(({ middle, low, high }) => [middle, low, high]);
  return [times, ...values] as unknown as uPlot.AlignedData;
}

/** Bars that stand on each other. */
export function barSeries(kinds: readonly string[], theme: PlotTheme) {
  const paths = uPlot.paths.bars?.({ size: [0.9, 12], align: 1 });
  return [
    {},
    ...kinds.map((label, i) => ({
      label,
      width: 0,
      fill: theme.colour(`line-${((kinds.length - 1 - i) % 6) + 1}`),
      points: { show: false },
      ...(paths !== undefined && { paths }),
    })),
  ];
}
