import { type FileSettings, NO_ALERTING_SETTINGS } from "../alerting/operators/operators.ts";
import {
  isFields,
  type Notice,
  ownField,
  type Problem,
  type Report,
  readWhole,
} from "../input/input.ts";
import { SCHEDULE_RANGE, type Task, type TaskContext } from "../task/task.ts";
import { type ReadEntry, readEntry } from "./entry.ts";
import { type Environment, expandTable } from "./expand/expand.ts";
import { findToolOfText, foreignRule } from "./foreign-tools.ts";
import { readDefaults } from "./read-fields.ts";
import { readSettings } from "./read-settings.ts";
import { sortSections } from "./sections.ts";
import { type Readable, readContent, type Unreadable } from "./syntax.ts";

/** What a file has: tasks that can run, settings, problems, and notices of what was ignored. */
export interface TaskFile {
  readonly tasks: readonly Task[];
  readonly settings: FileSettings;
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
  /** Where messages go on one machine, as each file says it; absent if none does. */
  readonly notify?: readonly NotifySection[];
}

/** The section `notify` of a file, not read yet: its services are known where messages are sent. */
export interface NotifySection {
  readonly file: string;
  readonly value: unknown;
}

/** The schedule of tasks in the nested form and in the port-monitoring YAML, which have none. */
const USUAL_SCHEDULE_SECONDS = 60;

/** What is known where a file is read. */
export interface FileContext extends Pick<TaskContext, "knownRegions" | "findPatternFault"> {
  /** The variables that a file may name; none if it is absent. */
  readonly environment?: Environment;
}

/** Reads the tasks of a TOML, YAML or JSON file. A problem affects its own task only. */
export function readTaskFile(fileName: string, text: string, context: FileContext = {}): TaskFile {
  const encoding = encodingProblem(fileName, text);
  if (encoding !== null) return nothingBut([encoding]);
  const content = readContent(fileName, text);
  const tool = typeof content.value === "object" ? null : findToolOfText(text);
  if (tool !== null) return foreign(fileName, tool);
  if (content.faults !== undefined) return unreadable(fileName, content);
  const { environment = {} } = context;
  const interval = takeInterval(content, fileName, environment);
  const sections = sortSections(interval.rest, fileName);
  const reading = { ...context, file: fileName, environment };
  const defaults = readDefaults(sections.defaults, reading);
  const read = sections.entries.flatMap((entry) =>
    readEntry(entry, {
      ...reading,
      defaults,
      defaultScheduleSeconds: entry.list === "task" ? USUAL_SCHEDULE_SECONDS : interval.seconds,
    }),
  );
  const unique = refuseDoubles(read, fileName);
  const { settings, ...found } = readSettings(sections.settings, reading);
  return {
    tasks: unique.flatMap(({ task }) => task ?? []),
    settings,
    problems: [sections, interval, defaults, ...unique, found].flatMap(({ problems }) => problems),
    notices: [sections, interval, ...unique].flatMap(({ notices }) => notices),
    ...(sections.notify !== undefined && {
      notify: [{ file: fileName, value: sections.notify }],
    }),
  };
}

/** What bytes become that are not UTF-8, and what every other byte of UTF-16 becomes. */
const NOT_UTF_8 = /[\ufffd\0]/;

function encodingProblem(file: string, text: string): Problem | null {
  const at = text.search(NOT_UTF_8);
  if (at < 0) return null;
  const line = text.slice(0, at).split("\n").length;
  const rule = `is not UTF-8 text: line ${line} has other bytes, or a NUL character`;
  return { file, task: null, field: "file", rule, value: undefined };
}

function foreign(file: string, tool: string): TaskFile {
  const rule = foreignRule(tool, file);
  return nothingBut([{ file, task: null, field: "file", rule, value: undefined }]);
}

function nothingBut(problems: readonly Problem[]): TaskFile {
  const { maintenances, fleet, targets } = NO_ALERTING_SETTINGS;
  return { tasks: [], settings: { maintenances, fleet, targets }, problems, notices: [] };
}

function unreadable(file: string, { format, faults }: Unreadable): TaskFile {
  const problems = faults.map(({ position, reason }) => ({
    file,
    task: null,
    field: position === null ? "file" : `line ${position.line}, column ${position.column}`,
    rule: `is not valid ${format.toUpperCase()}: ${reason}`,
    value: undefined,
  }));
  return nothingBut(problems);
}

/** `monitor.interval` of a YAML file. */
interface FileInterval {
  /** Undefined if the format has no default schedule. */
  readonly seconds: number | undefined;
  /** The file's content without the interval. */
  readonly rest: unknown;
  readonly problems: readonly Problem[];
  /** What is done in the place of one that is wrong. */
  readonly notices: readonly Notice[];
}

/** YAML has one schedule for all its tasks, `monitor.interval`. */
function takeInterval(
  { format, value }: Readable,
  file: string,
  environment: Environment,
): FileInterval {
  if (format !== "yaml") {
    return { seconds: undefined, rest: value, problems: [], notices: [] };
  }
  const problems: Problem[] = [];
  const report: Report = (field, rule, found) =>
    problems.push({ file, task: null, field, rule, value: found });
  const monitor = isFields(value) ? ownField(value, "monitor") : undefined;
  if (!isFields(value) || !isFields(monitor)) {
    return { seconds: USUAL_SCHEDULE_SECONDS, rest: value, problems, notices: [] };
  }
  const { interval, ...others } = monitor;
  const { fields, faults } = expandTable({ interval }, environment);
  for (const { field, rule } of faults) report(`monitor.${field}`, rule);
  const item = { fields: faults.length > 0 ? {} : fields, path: "monitor.", report };
  const seconds = readWhole(item, "interval", SCHEDULE_RANGE) ?? USUAL_SCHEDULE_SECONDS;
  const { monitor: _, ...rest } = value;
  const isSpent = interval !== undefined && Object.keys(others).length === 0;
  const text = `without monitor.interval, tasks are checked every ${USUAL_SCHEDULE_SECONDS} s`;
  const notices = problems.map(() => ({ file, task: null, text }));
  return { seconds, rest: isSpent ? rest : { ...rest, monitor: others }, problems, notices };
}

/** A name belongs to the first task that has it. */
function refuseDoubles(read: readonly ReadEntry[], file: string): ReadEntry[] {
  const seen = new Set<string>();
  return read.map((entry) => {
    const name = entry.name;
    if (name === null) return entry;
    if (!seen.has(name)) {
      seen.add(name);
      return entry;
    }
    const rule = "must be unique in its file";
    const problem = { file, task: name, field: "name", rule, value: name };
    return { ...entry, task: null, problems: [...entry.problems, problem] };
  });
}
