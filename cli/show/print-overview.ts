import type { Overview, OverviewTask } from "../../functions/history/history.ts";
import { troubleSentence } from "../../shared/event/event.ts";
import type { OpenTrouble } from "../../shared/fleet-health/fleet-health.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, showSince, toIso } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { formatTable } from "../../terminal/table.ts";
import type { Io } from "../command/io.ts";
import { GROUP_LAYOUT } from "./group-rows.ts";
import { stateOf, taskLayout } from "./overview-rows.ts";

/** Older judgements are said to be old. */
const OLD_MS: DurationMs = 5 * MINUTE_MS;

/** What of an overview is shown, when, and how. */
export interface Sight {
  /** Those that are wanted, in their order. */
  readonly tasks: readonly OverviewTask[];
  readonly limit: number;
  readonly nowMs: EpochMs;
  readonly colours: boolean;
}

/** The lines of an overview: its tasks, the trouble of the fleet itself, the groups, and a summary. */
export function overviewLines(overview: Overview, sight: Sight): string[] {
  const { tasks, limit, nowMs, colours } = sight;
  const shown = tasks.slice(0, limit);
  const layout = taskLayout(nowMs, colours);
  const rows = shown.map(layout.toRow);
  const more = tasks.length - shown.length;
  return [
    ...(rows.length === 0 ? [] : formatTable(layout.columns, rows)),
    ...(more > 0 ? [`and ${showCount(more, "more task")}.`] : []),
    ...overview.impaired.map(
      ({ region, sinceMs }) =>
        `${region} does not vote since ${toIso(sinceMs)}: its own network fails.`,
    ),
    ...overview.troubles.map(troubleLine),
    ...groupLines(overview),
    summaryOf(tasks),
  ];
}

/** E.g. `TROUBLE since 2026-01-05T12:03:00.000Z: us-east-1 …`. */
export function troubleLine(trouble: OpenTrouble): string {
  return `TROUBLE since ${toIso(trouble.sinceMs)}: ${troubleSentence(trouble)}.`;
}

/** A trouble of the fleet itself, in the words of its event. */
export function troubleRecord({ kind, region, sinceMs }: OpenTrouble) {
  return { trouble: kind, region, since: toIso(sinceMs) };
}

function groupLines({ groups }: Overview): string[] {
  if (groups.length === 0) return [];
  return ["", ...formatTable(GROUP_LAYOUT.columns, groups.map(GROUP_LAYOUT.toRow)), ""];
}

/** E.g. `5 tasks: 1 CRITICAL, 3 OK, 1 disabled; 1 held.` */
function summaryOf(tasks: readonly OverviewTask[]): string {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(stateOf(task), (counts.get(stateOf(task)) ?? 0) + 1);
  const words = [...counts].map(([state, count]) => `${count} ${state}`);
  const held = tasks.filter((task) => task.held.length > 0).length;
  const parts = words.length === 0 ? "" : `: ${words.join(", ")}`;
  return `${showCount(tasks.length, "task")}${parts}${held === 0 ? "" : `; ${held} held`}.`;
}

/** Says if nothing was judged yet, or for how long nothing was. */
export function warnOfAge(io: Io, { judgedToMs }: Pick<Overview, "judgedToMs">): void {
  if (judgedToMs === null) {
    io.error("No minute was judged yet.");
    return;
  }
  const nowMs = io.now();
  if (nowMs - judgedToMs <= OLD_MS) return;
  const age = showSince(judgedToMs, nowMs);
  io.error(`This is how it was at ${toIso(judgedToMs)}, ${age} ago: nothing newer was judged.`);
}

/** The names of a call that no stored task has. */
export function unknownNames(call: { readonly args: readonly string[] }, { tasks }: Overview) {
  const known = new Set(tasks.map(({ name }) => name));
  return call.args
    .filter((name) => !known.has(name))
    .map((name) => `No task is named ${escapeUnprintable(JSON.stringify(name))}.`);
}
