import { noticeSentence, problemSentence } from "../../shared/problem.ts";
import type { TaskFile } from "../../shared/task-file.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command.ts";
import { showCount } from "../figures.ts";
import { paint } from "../paint.ts";
import { noticeRecord, problemRecord } from "../print-problems.ts";
import { flagOption } from "../read-option.ts";
import { parseTexts, readTexts } from "../read-task-files.ts";

export const tasksValidate: Command = {
  argCount: { min: 1, max: Number.POSITIVE_INFINITY },
  options: { json: { type: "boolean", about: "Print one JSON document." } },
  notes: [
    "FILE may be - for standard input. Nothing is stored and no database is needed.",
    "Exit codes: 0 no problems, 1 problems, 3 a file can't be read.",
  ],
  run: async (call) => {
    const texts = await readTexts(call.args, call.io);
    const read = parseTexts(texts);
    if (flagOption(call, "json")) printJson(call, read, texts.length);
    else printText(call, read, texts.length);
    return exitCodeOf(read);
  },
};

function exitCodeOf(read: TaskFile): ExitCode {
  return read.problems.length === 0 ? EXIT.fine : EXIT.no;
}

function printJson(call: Call, read: TaskFile, fileCount: number): void {
  const document = {
    valid: read.problems.length === 0,
    files: fileCount,
    tasks: read.tasks.length,
    problems: read.problems.map(problemRecord),
    notices: read.notices.map(noticeRecord),
  };
  call.io.out(JSON.stringify(document, null, 2));
}

function printText({ io }: Call, read: TaskFile, fileCount: number): void {
  for (const problem of read.problems) {
    io.out(`${paint(io, "bad", "problem")}  ${problemSentence(problem)}`);
  }
  for (const notice of read.notices) {
    io.out(`${paint(io, "warn", "notice")}   ${noticeSentence(notice)}`);
  }
  const counts = [
    showCount(read.tasks.length, "good task"),
    showCount(read.problems.length, "problem"),
    showCount(read.notices.length, "notice"),
  ];
  io.out(`${showCount(fileCount, "file")}: ${counts.join(", ")}.`);
}
