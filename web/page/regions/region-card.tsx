import type { ComponentChildren } from "preact";
import type { RegionRow } from "../../records/records.ts";
import { Mark } from "../look/mark.tsx";
import { Ago } from "../look/when.tsx";
import { countText, percentText } from "../words/number.ts";
import { durationText } from "../words/time.ts";
import { regionState } from "./region-state.ts";

/** One region's own health. */
export function RegionCard({ region, nowMs }: { region: RegionRow; nowMs: number }) {
  const { look, word, sentence } = regionState(region, nowMs);
  const share = region.failingShare;
  return (
    <section class={`region-card is-${look}`} aria-label={region.name}>
      <header>
        <Mark look={look} size={24} />
        <h2>{region.name}</h2>
        <b class="state-word">{word}</b>
      </header>
      <p>{sentence}</p>
      <dl class="facts">
        <Fact name="Last report">
          <Ago atMs={region.lastReportAtMs} nowMs={nowMs} />
        </Fact>
        <Fact name="Lag">{region.lagMs === null ? "–" : durationText(region.lagMs)}</Fact>
        <Fact name="Missed">
          {region.missedCount === null ? "–" : `${region.missedCount} of ${region.expectedCount}`}
        </Fact>
        <Fact name="Stalls">{region.stallCount ?? "–"}</Fact>
        <Fact name="Clock">
          {region.clockOffsetMs === null ? "–" : `${Math.round(region.clockOffsetMs)} ms`}
        </Fact>
        <Fact name="Tasks failing">{percentText(share === null ? null : share * 100)}</Fact>
        <Fact name="Plan">
          {region.planAgeMs === null ? "–" : `${durationText(region.planAgeMs)} old`}
        </Fact>
        <Fact name="Runs">
          {countText(region.taskCount, "task")} in {countText(region.shards, "shard")}
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
