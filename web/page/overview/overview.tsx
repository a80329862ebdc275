import { useMemo, useState } from "preact/hooks";
import type { QuietOrder, TaskRow } from "../../records/records.ts";
import { QuietDialog } from "../quiet/quiet-dialog.tsx";
import { sharedHeld } from "../quiet/shared-held.ts";
import { printRoute, type Route, withQuery } from "../route/route.ts";
import { fleet } from "../state/fleet.ts";
import { useNow } from "../state/now.ts";
import { useStore } from "../state/store.ts";
import { FilterBar } from "./filter-bar.tsx";
import { filtersOf, filterTasks } from "./filters.ts";
import { GroupHead } from "./group-head.tsx";
import { groupIds, type Line, linesOf } from "./lines.ts";
import { TaskList } from "./task-list.tsx";

/** Every task, or those of one group. */
export function Overview({ route }: { route: Route }) {
  const overview = useStore(fleet, (state) => state.overview);
  const boards = useStore(fleet, (state) => state.boards);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [holding, setHolding] = useState<QuietOrder["scope"] | null>(null);
  const nowMs = useNow();
  const filters = filtersOf(route);
  const tasks = overview?.tasks ?? [];
  const shown = useMemo(() => filterTasks(tasks, filters), [tasks, JSON.stringify(filters)]);
  const lines = useMemo(() => linesOf(shown, closed), [shown, closed]);
  const impaired = useMemo(
    () => new Set(overview?.impaired.map(({ region }) => region)),
    [overview],
  );
  if (overview === null) return null;
  const groups = groupIds(lines);
  return (
    <>
      {route.page === "group" && <GroupHead id={route.name} overview={overview} nowMs={nowMs} />}
      <FilterBar
        {...{ route, tasks, filters }}
        regions={overview.regions}
        onHoldFleet={() => setHolding({ kind: "fleet" })}
      />
      {groups.length > 1 && (
        <p class="list-tools">
          <button
            type="button"
            class="quiet"
            onClick={() => setClosed(new Set(closed.size > 0 ? [] : groups))}
          >
            {closed.size > 0 ? "Open all groups" : "Close all groups"}
          </button>
        </p>
      )}
      {lines.length > 0 ? (
        <TaskList
          {...{ lines, boards, impaired, nowMs }}
          onToggle={(id) => setClosed(toggled(closed, id))}
          onHold={(line) => setHolding(scopeOf(line))}
        />
      ) : (
        tasks.length > 0 && <NothingFound route={route} />
      )}
      {holding !== null && (
        <QuietDialog
          kind="silence"
          scope={holding}
          held={sharedHeld(tasks.filter((task) => isIn(holding, task)))}
          nowMs={nowMs}
          onClose={() => setHolding(null)}
        />
      )}
    </>
  );
}

function NothingFound({ route }: { route: Route }) {
  const plain = withQuery(route, { q: null, state: null, group: null, tag: null, region: null });
  return (
    <p class="empty">
      No task is like that. <a href={printRoute(plain)}>Show all tasks</a>
    </p>
  );
}

function scopeOf(line: Line): QuietOrder["scope"] {
  return line.kind === "group"
    ? { kind: "target", id: line.id }
    : { kind: "task", name: line.task.name };
}

function isIn(scope: QuietOrder["scope"], task: TaskRow): boolean {
  if (scope.kind === "fleet") return true;
  return scope.kind === "task" ? scope.name === task.name : scope.id === task.targetId;
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
