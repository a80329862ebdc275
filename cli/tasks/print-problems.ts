import {
  type Notice,
  noticeSentence,
  type Problem,
  problemSentence,
} from "../../shared/input/input.ts";
import type { TaskFile } from "../../shared/task-file/task-file.ts";
import { paint } from "../../terminal/paint.ts";
import type { Io } from "../command/io.ts";

/** A problem in JSON output: its parts, and the sentence that they make. */
export interface ProblemRecord {
  readonly file: string | null;
  readonly task: string | null;
  /** What it is about if it is about no task, e.g. `Maintenance "backups"`. */
  readonly subject?: string;
  readonly field: string;
  readonly rule: string;
  readonly value: unknown;
  readonly message: string;
}

/** The record of a problem. A whole number of TOML that JSON cannot hold becomes a text. */
export function problemRecord(problem: Problem): ProblemRecord {
  const { value, ...parts } = problem;
  return { ...parts, value: plain(value), message: problemSentence(problem) };
}

/** A notice in JSON output. */
export interface NoticeRecord {
  readonly file: string | null;
  readonly task: string | null;
  readonly message: string;
}

/** The record of a notice. */
export function noticeRecord(notice: Notice): NoticeRecord {
  return { file: notice.file, task: notice.task, message: noticeSentence(notice) };
}

/** What a line about a task file is: a problem, a notice, or a task that is kept. */
type LineKind = "problem" | "notice" | "kept";

/** A sentence after its kind; the sentences of all kinds begin in the same column. */
export function kindLine(io: Io, kind: LineKind, sentence: string): string {
  const colour = kind === "problem" ? "red" : "yellow";
  return `${paint(kind, colour, io.colours)}${" ".repeat("problem  ".length - kind.length)}${sentence}`;
}

/** One line for each problem and each notice of task files. */
export function findingLines(io: Io, { problems, notices }: Omit<TaskFile, "tasks">): string[] {
  return [
    ...problems.map((problem) => kindLine(io, "problem", problemSentence(problem))),
    ...notices.map((notice) => kindLine(io, "notice", noticeSentence(notice))),
  ];
}

function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? String(part) : part,
  );
  return text === undefined ? null : JSON.parse(text);
}
