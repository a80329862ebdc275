import { PLAN_STATUS_NAME } from "../../shared/plan-status.ts";
import { printTask } from "../../shared/print-task.ts";
import { escapeUnprintable } from "../../shared/problem.ts";
import { type Call, type Command, EXIT } from "../command.ts";
import { NONE, showPeriod } from "../figures.ts";
import { FLEET_OPTIONS } from "../fleet-options.ts";
import { type OpenFleet, withFleet } from "../open-fleet.ts";
import { openTaskStatusStore, openTaskStore } from "../open-stores.ts";
import { paint, type Tone } from "../paint.ts";
import { left, printRows, right } from "../print-rows.ts";
import { flagOption } from "../read-option.ts";
import { readPlanned } from "../read-planned.ts";
import { type ListedTask, listTask, type TaskStanding } from "../task-state.ts";

export const tasksList: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    json: { type: "boolean", about: "Print JSON lines, one object a task." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "States: planned (runs as stored), partial (in some of its regions), unsupported (can't run in any), waiting (for the next plan), invalid (an earlier version may run on), disabled.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const { tasks, planProblems, statusProblems } = await readListed(open);
      for (const problem of planProblems) {
        call.io.error(`${paint(call.io, "warn", "plan")}  ${problem}`);
      }
      for (const problem of statusProblems) {
        call.io.error(`${paint(call.io, "warn", "status")}  ${escapeUnprintable(problem)}`);
      }
      if (flagOption(call, "json")) for (const task of tasks) call.io.out(jsonLine(task));
      else printTable(call, tasks);
      return EXIT.fine;
    }),
};

interface Listed {
  readonly tasks: readonly ListedTask[];
  /** What planning has to say of the whole, e.g. that it was refused. */
  readonly planProblems: readonly string[];
  /** Why statuses could not be read: their tasks are listed without reasons. */
  readonly statusProblems: readonly string[];
}

async function readListed(open: OpenFleet): Promise<Listed> {
  const [stored, { records, damaged }, plans] = await Promise.all([
    openTaskStore(open).readTasks(),
    openTaskStatusStore(open).readStatuses(),
    readPlanned(open),
  ]);
  const statuses = new Map(records.map((record) => [record.name, record]));
  const fleetRegions = open.fleet.regions.map((region) => region.name);
  const tasks = stored.map((item) => {
    const planned = plans.get(item.name) ?? new Map();
    const status = statuses.get(item.name) ?? null;
    return listTask(item, { fleetRegions, planned, status });
  });
  return {
    tasks: tasks.sort((a, b) => (a.name < b.name ? -1 : 1)),
    planProblems: statuses.get(PLAN_STATUS_NAME)?.problems ?? [],
    statusProblems: damaged.map(({ reason }) => reason),
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
      paint(call.io, TONES[state], state),
    ],
    whenEmpty: "No tasks are stored. Store some with synfleet tasks apply FILE.",
  });
  for (const reason of tasks.flatMap(({ reasons }) => reasons)) call.io.out(`  ${reason}`);
}

const TONES: Readonly<Record<TaskStanding, Tone>> = {
  planned: "good",
  partial: "warn",
  unsupported: "bad",
  waiting: "dim",
  invalid: "bad",
  disabled: "dim",
};
