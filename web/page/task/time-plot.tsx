import { useMemo, useState } from "preact/hooks";
import type { SeriesRecord } from "../../records/records.ts";
import { useStore } from "../state/store.ts";
import { theme } from "../state/theme.ts";
import { exactText } from "../words/time.ts";
import { Plot } from "./plot.tsx";
import { type PlotLine, timesOf } from "./plot-lines.ts";
import { lineData, lineSeries, timeOptions } from "./plot-options.ts";
import { markFailures, shadeSpans } from "./plot-spans.ts";
import { readPlotTheme } from "./plot-theme.ts";
import type { PlotUnit } from "./plot-unit.ts";
import type { ShadedSpan } from "./shaded.ts";

interface TimePlotProps {
  readonly label: string;
  readonly record: SeriesRecord;
  readonly shaded: readonly ShadedSpan[];
  readonly lines: readonly PlotLine[];
  readonly unit: PlotUnit;
  readonly height?: number;
}

/** Figures as lines in their bands, over the task's states; a row of figures follows the cursor. */
export function TimePlot({ label, record, shaded, lines, unit, height = 260 }: TimePlotProps) {
  const isDark = useStore(theme, (state) => state.isDark);
  const [index, setIndex] = useState<number | null>(null);
  const options = useMemo(() => {
    const colours = readPlotTheme();
    return {
      ...timeOptions(colours, unit.onAxis),
      ...lineSeries(lines, colours),
      scales: {
        y: { range: { min: { soft: 0, mode: 1 as const }, max: { pad: 0.08, mode: 2 as const } } },
      },
      hooks: {
        drawClear: [],
        drawAxes: [shadeSpans(shaded, colours)],
        draw: [markFailures(record.overall.failed, colours)],
      },
    };
  }, [lines, record, shaded, isDark]);
  const data = useMemo(() => lineData(timesOf(record.startsMs), lines), [lines, record]);
  return (
    <>
      <Plot label={label} height={height} options={options} data={data} onCursor={setIndex} />
      <Figures {...{ record, lines, unit, index }} />
    </>
  );
}

type FiguresProps = Pick<TimePlotProps, "record" | "lines" | "unit"> & {
  readonly index: number | null;
};

/** The figures under the cursor, or the newest ones. */
function Figures({ record, lines, unit, index }: FiguresProps) {
  const at = index ?? record.startsMs.length - 1;
  const startMs = record.startsMs[at];
  return (
    <p class="figures">
      <span class="soft">{startMs === undefined ? "" : exactText(startMs)}</span>
      {lines.map(({ label, colour, middle, low, high, isOther }) => (
        <span
          key={label}
          class={`figure line-${colour}${isOther ? " is-other" : ""}`}
          title={unit.meaning(middle[at])}
        >
          <span class="swatch" aria-hidden="true" />
          <bdi>{label}</bdi> <b>{unit.text(middle[at])}</b>
          {!isOther && low[at] != null && (
            <span class="soft">
              {unit.text(low[at])} to {unit.text(high[at])}
            </span>
          )}
        </span>
      ))}
    </p>
  );
}
