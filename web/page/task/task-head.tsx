import type { TaskRecordView, TaskRow } from "../../records/records.ts";
import { Mark } from "../look/mark.tsx";
import { Ago, Since } from "../look/when.tsx";
import { Quieted } from "../quiet/quieted.tsx";
import { groupAddress } from "../route/route.ts";
import { budgetText } from "../words/budget.ts";
import { lookOf, wordOf } from "../words/look.ts";
import { listText, percentText } from "../words/number.ts";

interface TaskHeadProps {
  readonly row: TaskRow;
  readonly view: TaskRecordView | null;
  readonly nowMs: number;
}

/** What a task is, how it is, and since when. */
export function TaskHead({ row, view, nowMs }: TaskHeadProps) {
  const look = lookOf(row);
  return (
    <header class={`task-head is-${look}`}>
      <Mark look={look} size={30} />
      <div class="task-title">
        <h2>
          <bdi>{row.name}</bdi>
        </h2>
        <p class="soft">
          <bdi>{row.host}</bdi>
          {row.targetId !== null && (
            <>
              {" in "}
              <a href={groupAddress(row.targetId)}>
                <bdi>{row.targetId}</bdi>
              </a>
            </>
          )}
          {Object.entries(row.tags).map(([key, value]) => (
            <bdi key={key} class="tag">
              {key}={value}
            </bdi>
          ))}
        </p>
      </div>
      <dl class="facts">
        <Fact name="State">
          <b class="state-word">{wordOf(look)}</b>
        </Fact>
        <Fact name="Since">
          <Since atMs={row.sinceMs} nowMs={nowMs} />
        </Fact>
        {look === "down" && (
          <>
            <Fact name="Seen from">
              {row.downRegions.length === 0 ? "–" : listText(row.downRegions)}
            </Fact>
            <Fact name="Last success">
              <Ago atMs={row.lastSuccessAtMs} nowMs={nowMs} />
            </Fact>
          </>
        )}
        {row.slaPercent !== null && <Fact name="Target">{row.slaPercent} %</Fact>}
        {view !== null &&
          (["1d", "7d", "30d", "90d"] as const).map((period) => (
            <Fact key={period} name={`Up ${period}`}>
              {percentText(view.uptime[period])}
              {view.uptime[period] !== null && <Budget leftMs={view.budgetLeftMs?.[period]} />}
            </Fact>
          ))}
      </dl>
      <Quieted scope={{ kind: "task", name: row.name }} held={row.held} nowMs={nowMs} />
      {row.note !== null && (
        <p class="task-note">
          <bdi>{row.note}</bdi>
        </p>
      )}
    </header>
  );
}

/** How long the task may still be down by its target. */
function Budget({ leftMs }: { leftMs: number | undefined }) {
  if (leftMs === undefined) return null;
  return <span class={leftMs < 0 ? "budget is-down" : "budget"}>{budgetText(leftMs)}</span>;
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
