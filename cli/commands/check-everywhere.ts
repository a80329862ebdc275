import type { CheckAnswer } from "../../shared/request/request.ts";
import type { Task } from "../../shared/task/task.ts";
import type { RegionName } from "../../shared/units.ts";
import { paint } from "../../terminal/paint.ts";
import { left, type Row, right } from "../../terminal/table.ts";
import { type Call, EXIT, type ExitCode } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { askRegion } from "../fleet/ask-region.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenProbes, openProbes } from "../fleet/open-probes.ts";
import { NONE, showMs } from "../show/figures.ts";
import { type Layout, printRows } from "../show/print-rows.ts";

/** The options of `check` that ask a fleet instead of this machine. */
export const EVERYWHERE_OPTIONS = {
  everywhere: { type: "boolean", about: "Ask every region of a fleet instead, one row each." },
  ...FLEET_OPTIONS,
} as const;

/** Whether a call asks a fleet; throws UsageError if it names one and does not ask it. */
export function isEverywhere(call: Call): boolean {
  if (flagOption(call, "everywhere")) {
    if (textOption(call, "count") === null) return true;
    throw new UsageError("--count does not go with --everywhere.");
  }
  const named = Object.keys(FLEET_OPTIONS).find((name) => call.options[name] !== undefined);
  if (named !== undefined) throw new UsageError(`--${named} goes with --everywhere only.`);
  return false;
}

/** Checks each task from every region of a fleet at once, one task after the other; exit 0 if all passed everywhere. */
export async function checkEverywhere(call: Call, tasks: readonly Task[]): Promise<ExitCode> {
  const probes = await openProbes(call);
  const { agents, regions } = askable(probes);
  if (agents.length > 0)
    call.io.error(`Not asked, because agents probe there: ${agents.join(", ")}.`);
  let code: ExitCode = EXIT.fine;
  for (const task of tasks) {
    if (!call.io.isHeard()) break;
    const answers = await askAll(probes, regions, task);
    const isTitled = tasks.length > 1 && !flagOption(call, "json");
    if (isTitled) call.io.out(task.host);
    printAnswers(call, task, answers);
    if (!answers.every(hasPassed)) code = EXIT.no;
  }
  return code;
}

/** Locations take no questions from outside: nothing reaches an agent. */
function askable({ fleet }: OpenProbes) {
  const named = (isAgent: boolean) =>
    fleet.regions.filter(({ agent = false }) => agent === isAgent).map(({ name }) => name);
  return { agents: named(true), regions: named(false) };
}

function askAll(
  probes: OpenProbes,
  regions: readonly RegionName[],
  task: Task,
): Promise<CheckAnswer[]> {
  return Promise.all(regions.map((name) => askRegion(probes, name, task)));
}

function hasPassed(answer: CheckAnswer): boolean {
  return "record" in answer && answer.record.success;
}

function printAnswers(call: Call, task: Task, answers: readonly CheckAnswer[]): void {
  if (flagOption(call, "json")) {
    for (const answer of answers) call.io.out(JSON.stringify(toJson(task, answer)));
    return;
  }
  const layout: Layout<CheckAnswer> = {
    columns: [
      left("REGION"),
      left("RESULT"),
      right("CONNECT"),
      right("DNS"),
      right("TLS"),
      right("DIALOGUE"),
      left("ERROR"),
    ],
    toRow: (answer) => toRow(call, answer),
    whenEmpty: "The fleet has no region.",
  };
  printRows(call, answers, layout);
}

/** The record of a region; one that gave none has no success and no failure. */
function toJson({ name, host }: Task, answer: CheckAnswer): object {
  if ("record" in answer) return answer.record;
  return { region: answer.region, task_name: name, host, success: null, error: answer.error };
}

function toRow({ io }: Call, answer: CheckAnswer): Row {
  const { region } = answer;
  if ("error" in answer) {
    const result = paint("no answer", "red", io.colours);
    return [region, result, NONE, NONE, NONE, NONE, answer.error];
  }
  const { success, error, ...times } = answer.record;
  return [
    region,
    paint(success ? "passed" : "failed", success ? "green" : "red", io.colours),
    showMs(times.connect_time_ms),
    showMs(times.dns_time_ms),
    showMs(times.tls_time_ms),
    showMs(times.dialogue_time_ms),
    error ?? NONE,
  ];
}
