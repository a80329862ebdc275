import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { SeriesRecord } from "../../records/records.ts";
import { KindLink } from "../look/kind-link.tsx";
import { useStore } from "../state/store.ts";
import { theme } from "../state/theme.ts";
import { countText, percentText, successText } from "../words/number.ts";
import { Plot } from "./plot.tsx";
import { passedOf, stackedFailures, timesOf } from "./plot-lines.ts";
import { barSeries, timeOptions } from "./plot-options.ts";
import { shadeSpans } from "./plot-spans.ts";
import { readPlotTheme } from "./plot-theme.ts";
import type { ShadedSpan } from "./shaded.ts";

/** Failures by kind, on the time of the plot above. */
export function Failures({
  record,
  shaded,
}: {
  record: SeriesRecord;
  shaded: readonly ShadedSpan[];
}) {
  const isDark = useStore(theme, (state) => state.isDark);
  const stacked = useMemo(() => stackedFailures(record), [record]);
  const options = useMemo(() => {
    const colours = readPlotTheme();
    const kinds = stacked.map(({ kind }) => kind);
    return {
      ...timeOptions(colours, (value) => `${Math.round(value)}`),
      series: barSeries(kinds, colours),
      hooks: { drawAxes: [shadeSpans(shaded, colours)] },
    };
  }, [stacked, shaded, isDark]);
  const data = useMemo(() => {
    const heights = stacked.map(({ heights }) => heights);
    return [timesOf(record.startsMs), ...heights] as unknown as uPlot.AlignedData;
  }, [stacked]);
  if (stacked.length === 0) return <Passed record={record} />;
  return (
    <>
      <Passed record={record} />
      <Plot label="Failures by kind" height={120} options={options} data={data} />
      <p class="figures">
        {stacked.toReversed().map(({ kind, total }, i) => (
          <span key={kind} class={`figure line-${(i % 6) + 1}`}>
            <span class="swatch is-square" aria-hidden="true" />
            <KindLink kind={kind} /> <b>{total}</b>
          </span>
        ))}
      </p>
    </>
  );
}

/** How many of all checks passed, and what that usually means. */
function Passed({ record: { overall } }: { record: SeriesRecord }) {
  const { total, percent } = passedOf(overall);
  if (percent === null) return <p class="soft">No check was counted.</p>;
  return (
    <p title={successText(percent)}>
      <b>{percentText(percent)}</b> of {countText(total, "check")} passed
      <span class="soft">. {successText(percent)}.</span>
    </p>
  );
}
