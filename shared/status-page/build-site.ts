import { toIso } from "../units.ts";
import { badgeSvg, fileNameOf } from "./badge.ts";
import type { StatusSite, StatusState, StatusTask } from "./model.ts";
import { pageHtml } from "./page.ts";
import { STYLE } from "./style.ts";
import { worstOf } from "./worst.ts";

/** The files of the site, by their path in its folder. The same model always gives the same files. */
export function buildSite(site: StatusSite): ReadonlyMap<string, string> {
  return new Map([
    ["index.html", pageHtml(site)],
    ["style.css", STYLE],
    ["status.json", `${JSON.stringify(statusJson(site), null, 2)}\n`],
    ...badgesOf(site),
  ]);
}

function badgesOf({ title, tasks }: StatusSite): [string, string][] {
  const all = { label: title, state: worstOf(tasks), uptimePercent: null };
  return [
    ["badges/all.svg", badgeSvg(all)],
    ...tasks.map((task): [string, string] => [
      badgePath("task", task.name),
      badgeSvg({ label: task.name, state: task.state, uptimePercent: task.uptimePercent }),
    ]),
    ...groupsOf(tasks).map(([group, own]): [string, string] => [
      badgePath("group", group),
      badgeSvg({ label: group, state: worstOf(own), uptimePercent: null }),
    ]),
  ];
}

function badgePath(kind: "task" | "group", name: string): string {
  return `badges/${kind}/${fileNameOf(name)}.svg`;
}

function groupsOf(tasks: readonly StatusTask[]): [string, StatusTask[]][] {
  const groups = Map.groupBy(tasks, ({ group }) => group);
  return [...groups].flatMap(([group, own]) => (group === null ? [] : [[group, own] as const]));
}

/** For other programs; field names as everywhere at the edge. */
function statusJson({ title, asOfMs, tasks, outages }: StatusSite) {
  return {
    title,
    as_of: asOfMs === null ? null : toIso(asOfMs),
    state: worstOf(tasks) satisfies StatusState,
    tasks: tasks.map((task) => ({
      name: task.name,
      ...(task.host !== null && { host: task.host }),
      group: task.group,
      state: task.state,
      since: task.sinceMs === null ? null : toIso(task.sinceMs),
      uptime_percent: task.uptimePercent,
      badge: badgePath("task", task.name),
      days: task.days.map(({ startMs, uptimePercent }) => ({
        date: toIso(startMs).slice(0, 10),
        uptime_percent: uptimePercent,
      })),
    })),
    incidents: outages.map(({ taskName, fromMs, toMs }) => ({
      task_name: taskName,
      started_at: toIso(fromMs),
      ended_at: toMs === null ? null : toIso(toMs),
    })),
  };
}
