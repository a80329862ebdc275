import { type OverviewTask, uptimePercent } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type EpochMs, showSince, toIso } from "../../shared/units.ts";
import { paint, statusColour } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import { NONE, showUptime } from "./figures.ts";
import type { Layout } from "./print-rows.ts";

/** The fields of a task in an overview, in the order of CSV's columns. */
export const TASK_FIELDS: readonly string[] = [
  ...["task_name", "host", "target_id", "state", "since", "rule", "flapping"],
  ...["regions", "down_regions", "silent_regions", "last_success_at", "uptime_percent_24h"],
  ...["held", "note", "tags", "schedule_seconds", "sla_percent"],
];

/** A task of an overview as JSON and CSV have it: instants in ISO 8601, UTC; what is not known is null. */
export function taskRecord(task: OverviewTask) {
  return {
    task_name: task.name,
    host: task.host,
    target_id: task.targetId,
    state: stateOf(task),
    since: isoOf(task.sinceMs),
    rule: task.rule,
    flapping: task.isFlapping,
    regions: task.regions,
    down_regions: task.downRegions,
    silent_regions: task.silentRegions,
    last_success_at: isoOf(task.lastSuccessAtMs),
    uptime_percent_24h: uptimePercent(task.lastDay),
    held: task.held.map(({ kind, id, untilMs, reason }) => ({
      kind,
      id,
      until: isoOf(untilMs),
      reason,
    })),
    note: task.note,
    tags: task.tags,
    schedule_seconds: task.scheduleMs / 1_000,
    sla_percent: task.slaPercent,
  };
}

/** The status of a task that runs, else why it does not: `waiting`, `disabled` or `rejected`. */
export function stateOf({ status, standing }: OverviewTask): string {
  return status ?? standing;
}

/** The table of tasks. */
export function taskLayout(nowMs: EpochMs, colours: boolean): Layout<OverviewTask> {
  return {
    columns: [
      left("STATE"),
      left("TASK"),
      left("TARGET"),
      right("FOR"),
      left("DOWN IN"),
      right("LAST OK"),
      right("24 H"),
      left("NOTE"),
    ],
    toRow: (task) => [
      showState(task, colours),
      escapeUnprintable(task.name),
      escapeUnprintable(task.host),
      task.sinceMs === null ? NONE : showSince(task.sinceMs, nowMs),
      whereDown(task),
      task.lastSuccessAtMs === null ? NONE : `${showSince(task.lastSuccessAtMs, nowMs)} ago`,
      showUptime(uptimePercent(task.lastDay)),
      notesOf(task, nowMs).map(escapeUnprintable).join("; "),
    ],
    whenEmpty: "No task is like that.",
  };
}

function showState(task: OverviewTask, colours: boolean): string {
  const word = stateOf(task);
  return paint(word, statusColour(word) ?? (word === "rejected" ? "yellow" : "dim"), colours);
}

/** How many of its regions find a task down, and which. */
export function whereDown({ downRegions, regions }: OverviewTask): string {
  if (downRegions.length === 0) return NONE;
  return `${downRegions.length} of ${regions.length}: ${downRegions.join(", ")}`;
}

function notesOf(task: OverviewTask, nowMs: EpochMs): string[] {
  const { isFlapping, silentRegions, status, note } = task;
  return [
    ...task.held.map((held) => heldSentence(held, nowMs)),
    ...(isFlapping ? ["flapping"] : []),
    ...(silentRegions.length > 0 ? [`no result from ${silentRegions.join(", ")}`] : []),
    ...(task.rule !== null && status === "WARNING" ? [task.rule] : []),
    ...(note === null ? [] : [note]),
  ];
}

const HELD_WORDS = { maintenance: "in maintenance", silence: "silenced", ack: "acknowledged" };

function heldSentence(
  { kind, untilMs, reason }: OverviewTask["held"][number],
  nowMs: EpochMs,
): string {
  const until = untilMs === null ? "" : ` for ${showSince(nowMs, untilMs)} more`;
  return `${HELD_WORDS[kind]}${until}${reason === "" ? "" : ` (${reason})`}`;
}

function isoOf(atMs: EpochMs | null): string | null {
  return atMs === null ? null : toIso(atMs);
}
