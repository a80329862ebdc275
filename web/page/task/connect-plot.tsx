import { useMemo, useState } from "preact/hooks";
import type { SeriesRecord, TaskRow } from "../../records/records.ts";
import { useStore } from "../state/store.ts";
import { theme } from "../state/theme.ts";
import { msText } from "../words/number.ts";
import { exactText } from "../words/time.ts";
import { Plot } from "./plot.tsx";
import { type PlotLine, timesOf } from "./plot-lines.ts";
import { lineData, lineSeries, msOnAxis, timeOptions } from "./plot-options.ts";
import { markFailures, shadeSpans } from "./plot-spans.ts";
import { readPlotTheme } from "./plot-theme.ts";
import { shadedOf } from "./shaded.ts";

interface ConnectPlotProps {
  readonly label: string;
  readonly record: SeriesRecord;
  readonly row: TaskRow | null;
  readonly lines: readonly PlotLine[];
}

/** Times as lines in their bands, over the task's states; a table of figures follows the cursor. */
export function ConnectPlot({ label, record, row, lines }: ConnectPlotProps) {
  const isDark = useStore(theme, (state) => state.isDark);
  const [index, setIndex] = useState<number | null>(null);
  const options = useMemo(() => {
    const colours = readPlotTheme();
    return {
      ...timeOptions(colours, msOnAxis),
      ...lineSeries(lines, colours),
      scales: {
        y: { range: { min: { soft: 0, mode: 1 as const }, max: { pad: 0.08, mode: 2 as const } } },
      },
      hooks: {
        drawClear: [],
        drawAxes: [shadeSpans(shadedOf(record, row), colours)],
        draw: [markFailures(record.overall.failed, colours)],
      },
    };
  }, [lines, record, isDark]);
  const data = useMemo(() => lineData(timesOf(record.startsMs), lines), [lines, record]);
  return (
    <>
      <Plot label={label} height={260} options={options} data={data} onCursor={setIndex} />
      <Figures record={record} lines={lines} index={index} />
    </>
  );
}

/** The figures under the cursor, or the newest ones. */
function Figures({
  record,
  lines,
  index,
}: Pick<ConnectPlotProps, "record" | "lines"> & { index: number | null }) {
  const at = index ?? record.startsMs.length - 1;
  const startMs = record.startsMs[at];
  return (
    <p class="figures">
      <span class="soft">{startMs === undefined ? "" : exactText(startMs)}</span>
      {lines.map(({ label, colour, middle, low, high, isOther }) => (
        <span key={label} class={`figure line-${colour}${isOther ? " is-other" : ""}`}>
          <span class="swatch" aria-hidden="true" />
          <bdi>{label}</bdi> <b>{msText(middle[at])}</b>
          {!isOther && low[at] != null && (
            <span class="soft">
              {msText(low[at])} to {msText(high[at])}
            </span>
          )}
        </span>
      ))}
    </p>
  );
}
