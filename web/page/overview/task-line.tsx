import type { BoardsRecord, TaskRow } from "../../records/records.ts";
import { Host } from "../look/host.tsx";
import { Mark } from "../look/mark.tsx";
import { RegionMarks } from "../look/region-marks.tsx";
import { Strip } from "../look/strip.tsx";
import { Since } from "../look/when.tsx";
import { taskAddress } from "../route/route.ts";
import { budgetText } from "../words/budget.ts";
import { lookOf, wordOf } from "../words/look.ts";
import { bandText, msText, percentText } from "../words/number.ts";
import { Held } from "./held.tsx";
import { seenFrom } from "./seen-from.ts";
import { dayText, uptimeOf } from "./uptime.ts";

interface TaskCellsProps {
  readonly task: TaskRow;
  readonly boards: BoardsRecord | null;
  readonly impaired: ReadonlySet<string>;
  readonly nowMs: number;
}

/** The cells of a task. */
export function TaskCells({ task, boards, impaired, nowMs }: TaskCellsProps) {
  const look = lookOf(task);
  const latest = boards?.latest[task.name];
  const uptime = uptimeOf(task.lastDay);
  return (
    <>
      <span role="gridcell" class={`cell-state is-${look}`} title={task.note ?? undefined}>
        <Mark look={look} />
        <b>{wordOf(look)}</b>
        {task.isFlapping && <span class="flapping">flapping</span>}
      </span>
      <span role="gridcell" class="cell-name">
        <a href={taskAddress(task.name)} tabIndex={-1} title={task.name}>
          <bdi>{task.name}</bdi>
        </a>
        <Host host={task.host} />
      </span>
      <span role="gridcell" class="cell-since">
        {task.standing === "running" && <Since atMs={task.sinceMs} nowMs={nowMs} />}
      </span>
      <span role="gridcell" class="cell-strip">
        <Strip strip={boards?.strips[task.name] ?? ""} />
      </span>
      <span role="gridcell" class="cell-regions">
        <RegionMarks seen={seenFrom(task, boards, impaired)} />
      </span>
      <span role="gridcell" class="cell-ms" title={bandText(latest?.avgMs)}>
        {msText(latest?.avgMs)}
      </span>
      <span role="gridcell" class="cell-ms cell-p95 soft" title={bandText(latest?.p95Ms)}>
        {msText(latest?.p95Ms)}
      </span>
      <span role="gridcell" class="cell-uptime" title={dayText(task)}>
        {percentText(uptime)}
        {task.slaPercent !== null && (
          <span class={(task.budgetLeftMs ?? 0) < 0 ? "budget is-down" : "budget"}>
            {budgetText(task.budgetLeftMs)}
          </span>
        )}
      </span>
      <span role="gridcell" class="cell-held">
        <Held held={task.held} nowMs={nowMs} />
      </span>
    </>
  );
}
