import type { TaskRow } from "../../records/records.ts";
import { queryValue, type Route } from "../route/route.ts";
import { LOOKS, type Look, lookOf } from "../words/look.ts";

/** What of the fleet is shown. Empty texts ask for nothing. */
export interface Filters {
  readonly search: string;
  readonly look: Look | "held" | "";
  readonly group: string;
  /** As `key=value`. */
  readonly tag: string;
  readonly region: string;
}

/** The filters that the address asks for. */
export function filtersOf(route: Route): Filters {
  const look = queryValue(route, "state");
  return {
    search: queryValue(route, "q"),
    look: look === "held" ? look : (LOOKS.find((one) => one === look) ?? ""),
    group: route.page === "group" ? route.name : queryValue(route, "group"),
    tag: queryValue(route, "tag"),
    region: queryValue(route, "region"),
  };
}

/** The tasks that pass the filters, in their order. */
export function filterTasks(tasks: readonly TaskRow[], filters: Filters): readonly TaskRow[] {
  const words = filters.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const isPlain = Object.values({ ...filters, search: "" }).every((value) => value === "");
  if (words.length === 0 && isPlain) return tasks;
  return tasks.filter((task) => passes(task, filters) && hasWords(task, words));
}

function passes(task: TaskRow, { look, group, tag, region }: Filters): boolean {
  if (look === "held" && task.held.length === 0) return false;
  if (look !== "" && look !== "held" && lookOf(task) !== look) return false;
  if (group !== "" && task.targetId !== group) return false;
  if (tag !== "" && !tagsOf(task).includes(tag)) return false;
  return region === "" || task.regions.includes(region);
}

/** Each word of the search is found somewhere in what a row shows. */
function hasWords(task: TaskRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [task.name, task.host, task.targetId ?? "", ...tagsOf(task)].join("\n");
  const lower = text.toLocaleLowerCase();
  return words.every((word) => lower.includes(word));
}

/** A task's tags, each as `key=value`. */
function tagsOf({ tags }: TaskRow): string[] {
  return Object.entries(tags).map(([key, value]) => `${key}=${value}`);
}

/** What the menus of the filters offer. */
export function choicesOf(tasks: readonly TaskRow[]) {
  const groups = tasks.flatMap(({ targetId }) => targetId ?? []);
  return { groups: sorted(groups), tags: sorted(tasks.flatMap(tagsOf)) };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => a.localeCompare(b));
}

/** How many tasks have each look, and how many are held. */
export function tallyOf(tasks: readonly TaskRow[]): ReadonlyMap<Look | "held", number> {
  const tally = new Map<Look | "held", number>();
  const add = (key: Look | "held") => tally.set(key, (tally.get(key) ?? 0) + 1);
  for (const task of tasks) {
    add(lookOf(task));
    if (task.held.length > 0) add("held");
  }
  return tally;
}
