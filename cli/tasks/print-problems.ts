import {
  type Notice,
  noticeSentence,
  type Problem,
  problemSentence,
} from "../../shared/input/input.ts";
import type { TaskFile } from "../../shared/task-file/task-file.ts";
import type { Io } from "../command/io.ts";
import { paint } from "../show/paint.ts";

/** A problem as JSON output has it: its parts, and the sentence that they make. */
export interface ProblemRecord {
  readonly file: string | null;
  readonly task: string | null;
  readonly field: string;
  readonly rule: string;
  readonly value: unknown;
  readonly message: string;
}

/** A value of any format in JSON; TOML has whole numbers that JSON's reader would bend. */
export function problemRecord(problem: Problem): ProblemRecord {
  const { file, task, field, rule, value } = problem;
  return { file, task, field, rule, value: plain(value), message: problemSentence(problem) };
}

export interface NoticeRecord {
  readonly file: string | null;
  readonly task: string | null;
  readonly message: string;
}

export function noticeRecord(notice: Notice): NoticeRecord {
  return { file: notice.file, task: notice.task, message: noticeSentence(notice) };
}

/** What a line that is said beside a command's output is about. */
type LineKind = "problem" | "notice" | "kept";

/** A sentence with its kind before it, in columns. */
export function kindLine(io: Io, kind: LineKind, sentence: string): string {
  const tone = kind === "problem" ? "bad" : "warn";
  return `${paint(io, tone, kind)}${" ".repeat("problem  ".length - kind.length)}${sentence}`;
}

/** Everything wrong or skipped in task files, a line each. */
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
