import {
  type ListedTask,
  listTask,
  type PlannedTasks,
  readPlanned,
  type TaskStanding,
} from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { PLAN_STATUS_NAME } from "../../shared/status/status.ts";
import { printTask } from "../../shared/task/task.ts";
import { type Colour, paint } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHistory, openHome } from "../fleet/open-stores.ts";
import { NONE, showPeriod } from "../show/figures.ts";
import { printRows } from "../show/print-rows.ts";
import { warnOfUnread } from "../show/unread-regions.ts";

/** `synfleet tasks list`: the stored tasks, and whether each of them runs. */
export const tasksList: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    json: { type: "boolean", about: "Print JSON lines, one object a task." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "States: planned (runs as stored), partial (in some of its regions), unsupported (can't run in any), waiting (for the next plan), invalid (an earlier version may run on), disabled.",
    "If a region's plan can't be read, states are those of the other regions, and the exit code is 3.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const { tasks, planProblems, statusProblems, unread } = await readListed(open);
      for (const problem of planProblems) {
        call.io.error(`${paint("plan", "yellow", call.io.colours)}  ${problem}`);
      }
      for (const problem of statusProblems) {
        call.io.error(
          `${paint("status", "yellow", call.io.colours)}  ${escapeUnprintable(problem)}`,
        );
      }
      if (flagOption(call, "json")) for (const task of tasks) call.io.out(jsonLine(task));
      else printTable(call, tasks);
      warnOfUnread(call.io, unread, "states are those of the other regions");
      return unread.length > 0 ? EXIT.failed : EXIT.fine;
    }),
};

interface Listed {
  readonly tasks: readonly ListedTask[];
  /** Problems of the plan as a whole, e.g. that it was refused. */
  readonly planProblems: readonly string[];
  /** Why some statuses could not be read; their tasks are listed without reasons. */
  readonly statusProblems: readonly string[];
  readonly unread: PlannedTasks["unread"];
}

async function readListed(open: OpenFleet): Promise<Listed> {
  const home = openHome(open);
  const [stored, { records, damaged }, { tasks: plans, unread }] = await Promise.all([
    home.tasks.readTasks(),
    home.statuses.readStatuses(),
    readPlanned(openHistory(open)),
  ]);
  const statuses = new Map(records.map((record) => [record.name, record]));
  const fleetRegions = open.fleet.regions.map((region) => region.name);
  const retiredRegions = open.fleet.retired;
  const unreadRegions = unread.map(({ region }) => region);
  const tasks = stored.map((item) => {
    const planned = plans.get(item.name) ?? new Map();
    const status = statuses.get(item.name) ?? null;
    return listTask(item, { fleetRegions, retiredRegions, unreadRegions, planned, status });
  });
  return {
    tasks: tasks.sort((a, b) => (a.name < b.name ? -1 : 1)),
    planProblems: statuses.get(PLAN_STATUS_NAME)?.problems ?? [],
    statusProblems: damaged.map(({ reason }) => reason),
    unread,
  };
}

function jsonLine({ name, task, state, plannedRegions, reasons }: ListedTask): string {
  const fields = task === null ? { name } : printTask(task);
  return JSON.stringify({ ...fields, state, planned_regions: plannedRegions, reasons });
}

function printTable(call: Call, tasks: readonly ListedTask[]): void {
  printRows(call, tasks, {
    columns: [left("TASK"), left("HOST"), right("EVERY"), right("TIMEOUT"), left("STATE")],
    toRow: ({ name, task, state }) => [
      escapeUnprintable(name),
      task?.host ?? NONE,
      task === null ? NONE : showPeriod(task.scheduleMs),
      task === null ? NONE : showPeriod(task.timeoutMs),
      paint(state, COLOURS[state], call.io.colours),
    ],
    whenEmpty: "No tasks are stored. Store some with synfleet tasks apply FILE.",
  });
  for (const reason of tasks.flatMap(({ reasons }) => reasons)) call.io.out(`  ${reason}`);
}

const COLOURS: Readonly<Record<TaskStanding, Colour>> = {
  planned: "green",
  partial: "yellow",
  unsupported: "red",
  waiting: "dim",
  invalid: "red",
  disabled: "dim",
};
