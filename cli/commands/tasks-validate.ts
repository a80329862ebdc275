import { findPatternFault } from "../../functions/patterns/patterns.ts";
import { readNotifySections } from "../../local/user-targets.ts";
import { fileEntries } from "../../shared/alerting/operators/operators.ts";
import { readTaskFiles, type TaskFile, type TaskText } from "../../shared/task-file/task-file.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import type { Io } from "../command/io.ts";
import { flagOption } from "../command/read-option.ts";
import { listedSecrets, readCdkFleet, readCdkJson } from "../fleet/read-cdk-fleet.ts";
import { addressNotices } from "../tasks/address-notices.ts";
import { deepNotices } from "../tasks/deep-notices.ts";
import { portNotices } from "../tasks/port-notices.ts";
import { findingLines, noticeRecord, problemRecord } from "../tasks/print-problems.ts";
import { rateNotices } from "../tasks/rate-notices.ts";
import { readTexts } from "../tasks/read-texts.ts";
import { retiredNotices } from "../tasks/retired-notices.ts";
import { secretNotices } from "../tasks/secret-notices.ts";

/** `synfleet tasks validate`: every problem of task files at once. */
export const tasksValidate: Command = {
  argCount: { min: 1, max: Number.POSITIVE_INFINITY },
  options: { json: { type: "boolean", about: "Print one JSON document." } },
  notes: [
    "FILE may be a folder, whose *.toml, *.yaml, *.yml and *.json files are read, or - for standard input. Nothing is stored and no database is needed.",
    "Exit codes: 0 no problems, 1 problems or no good task, 3 a file can't be read.",
  ],
  run: async (call) => {
    const texts = await readTexts(call.args, call.io);
    const cdkJson = readCdkJson(call.io.cwd);
    const environment = call.io.env;
    const files = withTargets(readTaskFiles(texts, { findPatternFault, environment }), environment);
    const read = withTaskNotices(files, texts, cdkJson);
    if (flagOption(call, "json")) printJson(call, read, texts.length);
    else printText(call, read, texts.length);
    return exitCodeOf(read);
  },
};

/** What is wrong with the targets of messages, and what is dangerous about them. */
function withTargets(read: TaskFile, environment: Io["env"]): TaskFile {
  const { problems, warnings } = readNotifySections(read.notify ?? [], environment);
  const notices = warnings.map((text) => ({ file: null, task: null, text }));
  return {
    ...read,
    problems: [...read.problems, ...problems],
    notices: [...read.notices, ...notices],
  };
}

function withTaskNotices(read: TaskFile, texts: readonly TaskText[], cdkJson: unknown): TaskFile {
  const [only, ...others] = texts;
  const file = others.length === 0 ? (only?.file ?? null) : null;
  const { tasks } = read;
  const found = [
    ...[addressNotices, portNotices, deepNotices, rateNotices].flatMap((find) => find(tasks, file)),
    ...secretNotices(tasks, file, listedSecrets(cdkJson)),
    ...retiredNotices(tasks, file, readCdkFleet(cdkJson)?.retired ?? []),
  ];
  return { ...read, notices: [...read.notices, ...found] };
}

/** A file of which no task can run and that sets nothing is not what its owner wants, also if nothing in it is wrong. */
function isGood({ tasks, settings, problems, notify = [] }: TaskFile): boolean {
  const isEmpty = [tasks, fileEntries(settings), notify].every(({ length }) => length === 0);
  return problems.length === 0 && !isEmpty;
}

function exitCodeOf(read: TaskFile): ExitCode {
  return isGood(read) ? EXIT.fine : EXIT.no;
}

function printJson(call: Call, read: TaskFile, fileCount: number): void {
  const document = {
    valid: isGood(read),
    files: fileCount,
    tasks: read.tasks.length,
    settings: fileEntries(read.settings).length,
    problems: read.problems.map(problemRecord),
    notices: read.notices.map(noticeRecord),
  };
  call.io.out(JSON.stringify(document, null, 2));
}

function printText({ io }: Call, read: TaskFile, fileCount: number): void {
  for (const line of findingLines(io, read)) io.out(line);
  const settingCount = fileEntries(read.settings).length;
  const counts = [
    showCount(read.tasks.length, "good task"),
    ...(settingCount > 0 ? [showCount(settingCount, "setting")] : []),
    showCount(read.problems.length, "problem"),
    showCount(read.notices.length, "notice"),
  ];
  io.out(`${showCount(fileCount, "file")}: ${counts.join(", ")}.`);
}
