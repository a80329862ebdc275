import { useMemo, useState } from "preact/hooks";
import type { SeriesRecord } from "../../records/records.ts";
import { Choice } from "../look/choice.tsx";
import { queryValue, type Route, withQuery } from "../route/route.ts";
import { replaceRoute } from "../route/use-route.ts";
import { useRecord } from "../state/use-record.ts";
import { Compare } from "./compare.tsx";
import { Failures } from "./failures.tsx";
import { Histogram } from "./histogram.tsx";
import { lossLines, otherLine, phaseLines, regionLines } from "./plot-lines.ts";
import { MILLISECONDS, PERCENT } from "./plot-unit.ts";
import { RANGES, rangeOf, spanOf } from "./range.ts";
import { shadedOf } from "./shaded.ts";
import { ShadedLegend } from "./shaded-legend.tsx";
import { TimePlot } from "./time-plot.tsx";
import { useOthers } from "./use-others.ts";

interface PlotsProps {
  readonly route: Route;
  readonly nowMs: number;
}

/** The figures of a task over time. */
export function Plots({ route, nowMs }: PlotsProps) {
  const range = rangeOf(queryValue(route, "range"));
  const band = queryValue(route, "band") === "p95" ? ("percentiles" as const) : ("range" as const);
  const { fromMs, toMs } = spanOf(range, nowMs);
  const { record, problem } = useRecord<SeriesRecord>("/api/series", {
    name: route.name,
    from: fromMs,
    to: toMs,
  });
  const others = useOthers(route.query.with ?? [], fromMs, toMs);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => {
    if (record === null) return [];
    const own = regionLines(record, hidden, band);
    const count = Object.keys(record.regions).length;
    return [...own, ...others.map((other, i) => otherLine(other, record.startsMs, count + i))];
  }, [record, hidden, band, others]);
  const loss = useMemo(() => (record === null ? [] : lossLines(record, hidden)), [record, hidden]);
  const shaded = useMemo(() => (record === null ? [] : shadedOf(record)), [record]);
  const phases = useMemo(() => (record === null ? [] : phaseLines(record)), [record]);
  const set = (key: string, value: string) => replaceRoute(withQuery(route, { [key]: value }));
  return (
    <>
      <div class="plot-tools">
        <Choice
          label="Time"
          values={Object.keys(RANGES)}
          value={range}
          onChoose={(value) => set("range", value)}
        />
        <Choice
          label="Band"
          values={["min to max", "p50 to p95"]}
          value={band === "range" ? "min to max" : "p50 to p95"}
          onChoose={(value) => set("band", value === "min to max" ? "" : "p95")}
        />
        <Compare route={route} />
      </div>
      {problem !== null && <p class="empty">{problem}</p>}
      {record !== null && (
        <>
          <section class="panel">
            <h2>Connect time</h2>
            <RegionChoice
              regions={Object.keys(record.regions)}
              hidden={hidden}
              onChange={setHidden}
            />
            <TimePlot
              label="Connect time by region"
              {...{ record, shaded, lines }}
              unit={MILLISECONDS}
            />
            <ShadedLegend spans={shaded} nowMs={nowMs} />
            <h3>Failures by kind</h3>
            <Failures record={record} shaded={shaded} />
            <h3>Loss by path</h3>
            {loss.length === 0 ? (
              <p class="soft">No SYN was sent again.</p>
            ) : (
              <TimePlot
                label="Loss by path: the share of handshakes whose SYN was sent again"
                {...{ record, shaded }}
                lines={loss}
                unit={PERCENT}
                height={140}
              />
            )}
          </section>
          {phases.length > 0 && (
            <section class="panel">
              <h2>Phases</h2>
              <TimePlot label="Phases" {...{ record, shaded }} lines={phases} unit={MILLISECONDS} />
            </section>
          )}
          <section class="panel">
            <h2>How long connects take</h2>
            <Histogram bins={record.histogram} />
          </section>
        </>
      )}
    </>
  );
}

interface RegionChoiceProps {
  readonly regions: readonly string[];
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (hidden: ReadonlySet<string>) => void;
}

function RegionChoice({ regions, hidden, onChange }: RegionChoiceProps) {
  if (regions.length < 2) return null;
  const toggle = (region: string) => {
    const next = new Set(hidden);
    if (!next.delete(region)) next.add(region);
    onChange(next);
  };
  return (
    <fieldset class="tally">
      <legend class="unseen">Regions</legend>
      {regions.map((region) => (
        <button
          key={region}
          type="button"
          class="chip"
          aria-pressed={!hidden.has(region)}
          onClick={() => toggle(region)}
        >
          {region}
        </button>
      ))}
    </fieldset>
  );
}
