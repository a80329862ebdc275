import { problemSentence } from "../../shared/input/input.ts";
import { parseTask, printTask } from "../../shared/task/task.ts";
import { FORMATS, type Format, formatOf, printTaskFile } from "../../shared/task-file/task-file.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { choiceOption, flagOption, textOption } from "../command/read-option.ts";
import { writeNewFile } from "../files/write-new-file.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { kindLine } from "../tasks/print-problems.ts";

/** `synfleet tasks export`: the stored tasks as a file that `tasks apply` takes back without a change. */
export const tasksExport: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    out: { type: "string", value: "FILE", about: "Write FILE instead of standard output." },
    force: { type: "boolean", about: "Replace FILE if it exists." },
    format: {
      type: "string",
      value: "KIND",
      about: "toml, yaml or json (default: by the end of FILE, else toml).",
    },
    json: { type: "boolean", about: "The same as --format json." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "The file has what task files set: tasks, alerting, targets and maintenance. Silences, acknowledgements and what else commands have set stay where they are and are not in it.",
    "A task that is not valid as stored is in the file as it is, and is named; tasks apply leaves such a one as it is.",
    "Exit codes: 0 done, 1 nothing is stored, or a task is not valid, 3 failed.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const home = openHome(open);
      const [stored, settings] = await Promise.all([
        home.tasks.readTasks(),
        home.settings.readSettings(),
      ]);
      if (stored.length === 0) {
        call.io.error("No tasks are stored, so that there is nothing to export.");
        return EXIT.no;
      }
      const read = stored
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, fields }) => ({ fields, ...parseTask(fields, { storedAs: name }) }));
      const tasks = read.map(({ task, fields }) => (task === undefined ? fields : printTask(task)));
      const problems = read.flatMap(({ problems = [] }) => problems.map(problemSentence));
      for (const sentence of problems) call.io.error(kindLine(call.io, "problem", sentence));
      return deliver(call, printTaskFile({ tasks, settings }, formatOption(call)), {
        taskCount: tasks.length,
        hasProblems: problems.length > 0,
      });
    }),
};

function formatOption(call: Call): Format {
  const given = flagOption(call, "json") ? "json" : choiceOption(call, "format", FORMATS);
  return given ?? formatOf(textOption(call, "out") ?? "") ?? "toml";
}

function deliver(
  call: Call,
  text: string,
  { taskCount, hasProblems }: { readonly taskCount: number; readonly hasProblems: boolean },
): ExitCode {
  const file = textOption(call, "out");
  if (file === null) {
    call.io.out(text.trimEnd());
  } else {
    writeNewFile(file, text, { replaces: flagOption(call, "force") });
    call.io.error(`${file}: ${showCount(taskCount, "task")}.`);
  }
  return hasProblems ? EXIT.no : EXIT.fine;
}
