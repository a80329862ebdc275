import { jsonBeginning } from "./json-beginning.ts";

/**
 * One thing wrong with one field. A rule that begins with "must" is followed by the value in the
 * sentence; any other rule is complete without it.
 */
export interface Problem {
  readonly file: string | null;
  /** The task's name, or its position in its list as in `#3` if it has no usable name. */
  readonly task: string | null;
  /** What it is about if it is about no task, e.g. `Maintenance "backups"`. */
  readonly subject?: string;
  readonly field: string;
  readonly rule: string;
  readonly value: unknown;
}

/** What was ignored on purpose, and why. Nothing is wrong with it. */
export interface Notice {
  readonly file: string | null;
  readonly task: string | null;
  readonly text: string;
}

const SHOWN_CHARACTERS = 60;

/** Controls, line separators, lone surrogates and what changes the direction of a terminal's text. */
const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/** The one sentence of a problem: `tasks.toml: Task "t1": timeout_seconds must be 1 to 30, is 95`. */
export function problemSentence(problem: Problem): string {
  const found = problem.rule.startsWith("must ") ? `, is ${showValue(problem.value)}` : "";
  return escapeUnprintable(`${prefixOf(problem)}${problem.field} ${problem.rule}${found}`);
}

/** The one sentence of a notice, which begins like a problem's. */
export function noticeSentence(notice: Notice): string {
  return escapeUnprintable(`${prefixOf(notice)}${notice.text}`);
}

/** Whether the label of a task is its position in its list, as in `#3`. */
export function isPositionLabel(task: string): boolean {
  return /^#\d+$/.test(task);
}

/** A value as a sentence quotes it: JSON, cut if it is long. */
export function showValue(value: unknown): string {
  const json = jsonBeginning(value, 2 * SHOWN_CHARACTERS);
  const characters = [...json.slice(0, 2 * SHOWN_CHARACTERS)];
  if (characters.length <= SHOWN_CHARACTERS) return json;
  return `${characters.slice(0, SHOWN_CHARACTERS - 1).join("")}…`;
}

/** A key as part of a field's path: quoted unless it is plain, and cut if it is long. */
export function showKey(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : showValue(key);
}

function prefixOf({ file, task, subject }: Pick<Problem, "file" | "task" | "subject">): string {
  const prefix = file === null ? "" : `${file}: `;
  if (subject !== undefined) return `${prefix}${subject}: `;
  if (task === null) return prefix;
  return `${prefix}Task ${isPositionLabel(task) ? task : JSON.stringify(task)}: `;
}

/** A text from outside, safe for a terminal: what can't be printed becomes its code, e.g. `\u001b`. */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
}
