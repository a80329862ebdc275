import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { parseItems } from "../../functions/plan/plan.ts";
import { estimateCost, PRICES, plainTasks } from "../../shared/cost/cost.ts";
import { noticeSentence, problemSentence } from "../../shared/input/input.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { needsOfDeep, type Task, type TlsSettings } from "../../shared/task/task.ts";
import { readTaskFiles } from "../../shared/task-file/task-file.ts";
import { SECOND_MS } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, numberOption } from "../command/read-option.ts";
import { costFleetOf } from "../fleet/cost-fleet.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { estimateDocument, printEstimate } from "../show/print-estimate.ts";
import { kindLine } from "../tasks/print-problems.ts";
import { readTexts } from "../tasks/read-texts.ts";

const DEFAULT_SCHEDULE_SECONDS = 60;
const MOST_TASKS = 1_000_000;
const MOST_SECONDS = 86_400;

/** The tasks to price, and the fleet that runs them; null if it is not known. */
interface Priced {
  readonly tasks: readonly Task[];
  readonly fleet: Fleet | null;
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** `synfleet cost`: estimates what a fleet costs on AWS in a month. */
export const cost: Command = {
  argCount: { min: 0, max: 1 },
  options: {
    tasks: { type: "string", value: "N", about: "Price N tasks that are not stored yet." },
    schedule: {
      type: "string",
      value: "S",
      about: `With --tasks: their schedule in seconds (default ${DEFAULT_SCHEDULE_SECONDS}).`,
    },
    tls: {
      type: "string",
      value: "PERCENT",
      about: "With --tasks: how many of a hundred have `tls = true` (default 0).",
    },
    json: { type: "boolean", about: "Print one JSON document." },
    ...FLEET_OPTIONS,
    regions: {
      type: "string",
      value: "A,B:2",
      about: "Probing regions, with a number of shards where it is given (else from cdk.json).",
    },
  },
  notes: [
    "Prices the tasks of FILE, or --tasks N, or the stored tasks. FILE may be - for standard input.",
    "TLS, dialogues and held connections are priced as the tasks of FILE or the stored ones have them, with their part in a sentence of its own.",
    "Days kept are those of cdk.json, and memory and shards too where it has numbers; elsewhere they are what these tasks need. The model was compared with counted runs of the local fleet (bench/cost).",
    "Exit codes: 0 fine, 1 some tasks are not valid and not counted, 3 failed.",
  ],
  run: async (call) => {
    const priced = await readPriced(call);
    const fleet = costFleetOf(call, priced);
    const estimate = estimateCost(fleet, priced.tasks, PRICES);
    for (const problem of priced.problems) call.io.error(kindLine(call.io, "problem", problem));
    if (flagOption(call, "json")) {
      call.io.out(JSON.stringify(estimateDocument(fleet, estimate), null, 2));
    } else printEstimate(call.io, fleet, estimate);
    return exitCodeOf(call, priced.problems);
  },
};

function exitCodeOf({ io }: Call, problems: readonly string[]): ExitCode {
  if (problems.length === 0) return EXIT.fine;
  io.error(`${showCount(problems.length, "problem")}: what has one is not counted.`);
  return EXIT.no;
}

async function readPriced(call: Call): Promise<Priced> {
  const [file] = call.args;
  const count = numberOption(call, "tasks", { min: 1, max: MOST_TASKS });
  const seconds = numberOption(call, "schedule", { min: 1, max: MOST_SECONDS });
  const tlsPercent = numberOption(call, "tls", { min: 0, max: 100 });
  if (count !== null && file !== undefined) throw new UsageError("--tasks does not go with FILE.");
  for (const [name, value] of [
    ["--schedule", seconds],
    ["--tls", tlsPercent],
  ] as const) {
    if (count === null && value !== null) throw new UsageError(`${name} goes with --tasks only.`);
  }
  if (count !== null) {
    return imagine(count, seconds ?? DEFAULT_SCHEDULE_SECONDS, (tlsPercent ?? 0) / 100);
  }
  return file === undefined ? readStored(call) : readFile(call, file);
}

async function readFile(call: Call, file: string): Promise<Priced> {
  const { tasks, problems, notices } = readTaskFiles(await readTexts([file], call.io), {
    findPatternFault,
    environment: call.io.env,
  });
  for (const notice of notices) {
    call.io.error(kindLine(call.io, "notice", noticeSentence(notice)));
  }
  return { tasks, fleet: null, problems: problems.map(problemSentence) };
}

/** With local data, `--regions` says only where the tasks are priced, not where the data is. */
function readStored(call: Call): Promise<Priced> {
  const { regions: _, ...local } = call.options;
  const place = flagOption(call, "aws") ? call : { ...call, options: local };
  return withFleet(place, async (open) => {
    const { valid, invalid } = parseItems(await openHome(open).tasks.readTasks(), open.fleet);
    return { tasks: valid, fleet: open.fleet, problems: invalid.flatMap((task) => task.problems) };
  });
}

/** `tls = true`. */
const VERIFIED: TlsSettings = { mode: "verified", verify: "subject_alt_name" };

/** Tasks as they mostly are. */
function imagine(count: number, scheduleSeconds: number, tlsShare: number): Priced {
  const plain = plainTasks(count, scheduleSeconds * SECOND_MS);
  const secured = { tls: VERIFIED, ...needsOfDeep({ tls: VERIFIED }) };
  const tasks = plain.map((task, i) =>
    i < Math.round(count * tlsShare) ? { ...task, ...secured } : task,
  );
  return { tasks, fleet: null, problems: [] };
}
