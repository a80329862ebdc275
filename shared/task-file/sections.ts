import {
  type Fields,
  isFields,
  type Notice,
  nearestName,
  ownField,
  type Problem,
  showKey,
} from "../input/input.ts";
import { decodeItem, isDynamodbItem } from "./dynamodb-json.ts";
import { holdsTcp } from "./find-tcp.ts";
import { findTool, foreignRule } from "./foreign-tools.ts";

/** One task as it is in a file, not yet parsed. */
export interface Entry {
  /** The list that it is in; `tasks` if the file is only a list or a single task. */
  readonly list: ListName;
  /** From 1. */
  readonly position: number;
  readonly raw: unknown;
  /** It is an item as a table stores it, with nothing to be filled in. */
  readonly isStored: boolean;
}

/** The parts of a file: its tasks, its settings, problems outside of tasks, and notices of what is ignored. */
export interface Sections {
  readonly entries: readonly Entry[];
  /** What the tasks of the file have unless they set it themselves, not yet parsed. */
  readonly defaults?: unknown;
  /** Where one machine sends its messages, as it is in the file. */
  readonly notify?: unknown;
  /** Sections of settings as they are in the file, not yet parsed. */
  readonly settings: Partial<Record<SettingSection, unknown>>;
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}

const LIST_NAMES = ["tasks", "task", "urls", "tcp", "Items"] as const;
type ListName = (typeof LIST_NAMES)[number];

const SETTING_SECTIONS = ["alerting", "targets", "maintenance"] as const;

/** A section that says how users are told, and when not. */
export type SettingSection = (typeof SETTING_SECTIONS)[number];

/** What all tasks of the file have. */
const DEFAULTS_SECTION = "defaults";

/** Targets of messages, which only one machine reads. */
const NOTIFY_SECTION = "notify";

/** Settings of other monitors that may be in the same file. */
const FOREIGN_SECTIONS = [
  "monitor",
  "database",
  "display",
  "api",
  "alerts",
  "tls",
  "rate_limit",
  "compression",
  "http",
  "ping",
  "dns",
  "ssl",
];

/** The fields beside a scan's or a query's `Items`. */
const SCAN_FIELDS = ["Count", "ScannedCount", "ConsumedCapacity", "LastEvaluatedKey", "NextToken"];

const CUT_SCAN_RULE = "means that the scan has more pages than this one";

const TCP_ELSEWHERE_RULE = "holds TCP checks, but not as a list of tasks";

const NO_TASKS_RULE = "holds no tasks: expected a list named tasks, task, urls or tcp";

/** Finds the tasks in a file's content of any shape. */
export function sortSections(content: unknown, file: string): Sections {
  const tool = hasList(content) ? null : findTool(content);
  if (tool !== null) return withProblem(problemOf(file, "file", foreignRule(tool, file)));
  if (Array.isArray(content)) return { entries: entriesOf("tasks", content), ...NOTHING };
  if (!isFields(content)) return withProblem(problemOf(file, "file", NO_TASKS_RULE));
  const single = singleTask(content);
  if (single !== null) return { entries: entriesOf("tasks", [single]), ...NOTHING };
  const sections = Object.entries(content);
  const sorted = sections.slice(0, MOST_SECTIONS).map((section) => sortSection(section, file));
  const moreCount = sections.length - MOST_SECTIONS;
  if (moreCount > 0) sorted.push(withProblem(problemOf(file, "file", moreRule(moreCount))));
  if (!Object.keys(content).some(isExpected)) {
    sorted.push(withProblem(problemOf(file, "file", NO_TASKS_RULE)));
  }
  return {
    entries: sorted.flatMap(({ entries }) => entries),
    defaults: ownField(content, DEFAULTS_SECTION),
    notify: ownField(content, NOTIFY_SECTION),
    settings: Object.assign({}, ...sorted.map(({ settings }) => settings)),
    problems: sorted.flatMap(({ problems }) => problems),
    notices: sorted.flatMap(({ notices }) => notices),
  };
}

const NOTHING = { settings: {}, problems: [], notices: [] };

function hasList(content: unknown): boolean {
  return isFields(content) && Object.keys(content).some(isListName);
}

/** A table with more names is no task file, and each name is looked at for typing errors. */
const MOST_SECTIONS = 200;

function moreRule(count: number): string {
  return `has ${count} more sections, which are not read`;
}

function isExpected(name: string): boolean {
  const isOurs = isListName(name) || isSettingSection(name) || name === NOTIFY_SECTION;
  return isOurs || FOREIGN_SECTIONS.includes(name);
}

function isSettingSection(name: string): name is SettingSection {
  return SETTING_SECTIONS.some((section) => section === name);
}

function isListName(name: string): name is ListName {
  return LIST_NAMES.some((list) => list === name);
}

/** A file may be a single task, or one item as `get-item` prints it. */
function singleTask(content: Fields): unknown {
  if (isDynamodbItem(content.Item)) return content.Item;
  if (isDynamodbItem(content)) return content;
  const isTask = ["host", "url", "name"].some((n) => typeof ownField(content, n) === "string");
  return isTask && !hasList(content) ? content : null;
}

function sortSection([name, value]: [string, unknown], file: string): Sections {
  const field = showKey(name);
  if (isListName(name)) {
    // A YAML list whose entries are all commented out is null.
    const list = value ?? [];
    if (Array.isArray(list)) return { entries: entriesOf(name, list), ...NOTHING };
    return withProblem(problemOf(file, field, "must be a list of tasks", value));
  }
  if (name === DEFAULTS_SECTION || name === NOTIFY_SECTION) return { entries: [], ...NOTHING };
  if (isSettingSection(name)) return { entries: [], ...NOTHING, settings: { [name]: value } };
  if (isRestOfScan(name, value)) return withProblem(problemOf(file, field, CUT_SCAN_RULE, value));
  if (SCAN_FIELDS.includes(name)) return { entries: [], ...NOTHING };
  const misspelt = FOREIGN_SECTIONS.includes(name) ? null : misspeltRule(name, value);
  if (misspelt !== null) return withProblem(problemOf(file, field, misspelt, value));
  if (holdsTcp(value)) return withProblem(problemOf(file, field, TCP_ELSEWHERE_RULE));
  const text = `section ${JSON.stringify(name)} holds no TCP tasks, skipped`;
  return { entries: [], ...NOTHING, notices: [{ file, task: null, text }] };
}

/** What is wrong with a name that is nearly one of a section, or whose section may hold tasks; else null. */
function misspeltRule(name: string, value: unknown): string | null {
  const setting = nearestName(name, [...SETTING_SECTIONS, NOTIFY_SECTION]);
  if (setting !== null) return `is not a section of settings (did you mean "${setting}"?)`;
  const meant = nearestName(name, LIST_NAMES);
  if (meant !== null) return `is not a list of tasks (did you mean "${meant}"?)`;
  return mayHoldTasks(value) ? "is not a list of tasks" : null;
}

/** DynamoDB returns a long scan in pages: this key says that one page is not all of it. */
function isRestOfScan(name: string, value: unknown): boolean {
  return (name === "LastEvaluatedKey" || name === "NextToken") && value !== null;
}

/** A list, or a table that says where to connect to as a task does. */
function mayHoldTasks(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  return isFields(value) && ["host", "url"].some((name) => ownField(value, name) !== undefined);
}

function entriesOf(list: ListName, raws: readonly unknown[]): Entry[] {
  return raws.map((raw, i) => {
    const isItem = isDynamodbItem(raw);
    const isStored = isItem || list === "Items";
    return { list, position: i + 1, raw: isItem ? decodeItem(raw) : raw, isStored };
  });
}

function problemOf(file: string, field: string, rule: string, value?: unknown): Problem {
  return { file, task: null, field, rule, value };
}

function withProblem(problem: Problem): Sections {
  return { entries: [], ...NOTHING, problems: [problem] };
}
