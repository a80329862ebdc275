import { randomUUID } from "node:crypto";
import {
  type NotifyTarget,
  printTest,
  readNotifySections,
  readRuleTargets,
  sendTest,
} from "../../local/user-targets.ts";
import { problemSentence } from "../../shared/input/input.ts";
import { readTaskFiles } from "../../shared/task-file/task-file.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, textOption, textOptions } from "../command/read-option.ts";
import { readTexts } from "../tasks/read-texts.ts";

/** `synfleet notify test`: whether messages reach each target. */
export const notifyTest: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    rules: { type: "string", value: "FILE", about: "The rules file of npm start." },
    tasks: {
      type: "string",
      multiple: true,
      value: "FILE",
      about: "A task file with notify, or a folder; may be given again.",
    },
    target: { type: "string", value: "NAME", about: "Only the target of this name." },
    print: { type: "boolean", about: "Show the requests without secrets, and send nothing." },
    json: { type: "boolean", about: "Print one JSON document." },
  },
  notes: [
    "Each target gets one message that says that it is a test, whatever it wants to hear of. An alert that this opens at a pager is closed at once.",
    "Exit codes: 0 all were delivered; 1 one was not, or a file has a problem; 3 a file can't be read.",
  ],
  run: async (call) => {
    const { targets, problems } = await readTargets(call);
    for (const problem of problems) call.io.error(problem);
    const chosen = chooseTargets(call, targets);
    if (chosen.length === 0) call.io.error("There is no target that a message can go to.");
    const moment = { id: randomUUID(), time: new Date(call.io.now()).toISOString() };
    const tests = flagOption(call, "print")
      ? chosen.map((target) => printed(target, printTest(target, moment)))
      : await Promise.all(
          chosen.map(async (target) => sent(target, await sendTest(target, moment))),
        );
    say(call, tests, problems);
    const isGood = tests.length > 0 && problems.length === 0 && !tests.some(hasFailed);
    return isGood ? EXIT.fine : EXIT.no;
  },
};

interface Targets {
  readonly targets: readonly NotifyTarget[];
  readonly problems: readonly string[];
}

/** A target with what became of its message. */
interface Test {
  readonly name: string;
  readonly type: string;
  readonly result: "delivered" | "failed" | "printed";
  readonly why: string | null;
  readonly lines: readonly string[];
}

async function readTargets(call: Call): Promise<Targets> {
  const rules = textOption(call, "rules");
  const files = textOptions(call, "tasks");
  if (rules === null && files.length === 0) {
    throw new UsageError("Name the files whose targets are tested, with --rules or --tasks.");
  }
  const ofRules = rules === null ? NONE : await readRules(call, rules);
  const ofTasks = files.length === 0 ? NONE : await readTasks(call, files);
  return {
    targets: [...ofRules.targets, ...ofTasks.targets],
    problems: [...ofRules.problems, ...ofTasks.problems],
  };
}

const NONE: Targets = { targets: [], problems: [] };

async function readRules({ io }: Call, file: string): Promise<Targets> {
  const [text] = await readTexts([file], io);
  const { targets, problems } = readRuleTargets(text?.text ?? "", io.env);
  return { targets, problems: problems.map((problem) => `${file}: ${problem}`) };
}

/** Problems of tasks are those of `tasks validate`, unless a file could not be read at all. */
async function readTasks({ io }: Call, files: readonly string[]): Promise<Targets> {
  const { notify = [], problems: others } = readTaskFiles(await readTexts(files, io), {
    environment: io.env,
  });
  const { targets, problems } = readNotifySections(notify, io.env);
  const told = notify.length === 0 ? others : problems;
  return { targets: targets.map(({ target }) => target), problems: told.map(problemSentence) };
}

function chooseTargets(call: Call, targets: readonly NotifyTarget[]): readonly NotifyTarget[] {
  const name = textOption(call, "target");
  const chosen = targets.filter((target) => name === null || target.name === name);
  if (chosen.length > 0 || name === null) return chosen;
  const names = targets.map((target) => JSON.stringify(target.name)).join(", ");
  throw new UsageError(`No target is named ${JSON.stringify(name)}: there is ${names || "none"}.`);
}

function printed({ name, type }: NotifyTarget, lines: readonly string[]): Test {
  return { name, type, result: "printed", why: null, lines };
}

function sent({ name, type }: NotifyTarget, outcome: Awaited<ReturnType<typeof sendTest>>): Test {
  if (outcome.kind === "delivered")
    return { name, type, result: outcome.kind, why: null, lines: [] };
  return { name, type, result: "failed", why: outcome.why, lines: [] };
}

function hasFailed({ result }: Test): boolean {
  return result === "failed";
}

function say(call: Call, tests: readonly Test[], problems: readonly string[]): void {
  const { io } = call;
  if (flagOption(call, "json")) {
    io.out(JSON.stringify({ targets: tests.map(recordOf), problems }, null, 2));
    return;
  }
  for (const { name, type, result, why, lines } of tests) {
    const label = `${type} ${JSON.stringify(name)}`;
    io.out(`${result.padEnd("delivered".length)}  ${label}${why === null ? "" : `: ${why}`}`);
    for (const line of lines) io.out(line);
  }
  if (flagOption(call, "print") || tests.length === 0) return;
  const count = tests.filter((test) => !hasFailed(test)).length;
  io.out(`${count} of ${showCount(tests.length, "target")} took the message.`);
}

function recordOf({ name, type, result, why, lines }: Test): object {
  const request = result === "printed" ? { request: lines.join("\n").trimEnd() } : {};
  return { name, type, result, why, ...request };
}
