import {
  type Fields,
  isFields,
  type Notice,
  ownField,
  type Problem,
  showKey,
} from "../input/input.ts";
import { offModeOf, parseTask, type Task, type TaskContext, taskLabel } from "../task/task.ts";
import { type EntryContext, expandedEntry, type ReadFields, toldProblems } from "./read-fields.ts";
import type { Entry } from "./sections.ts";

/** What one entry of a file is: a task, its problems, or a notice that it was ignored. */
export interface ReadEntry {
  /** Its usable name; null if it has none, or if the entry was ignored. */
  readonly name: string | null;
  readonly task: Task | null;
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}

/** Types of checks that are known not to be TCP. Any other unknown type may be a typing error. */
const FOREIGN_TYPES = [
  "http",
  "https",
  "http_get",
  "http_head",
  "http_post",
  "http_content",
  "ping",
  "icmp",
  "tls",
  "tls_handshake",
  "ssl",
  "dns",
  "dns_query",
  "dns_doh",
  "dns_query_doh",
  "udp",
  "sql",
  "sql_query",
  "snmp",
  "bandwidth",
  "grpc",
  "websocket",
];

/** Reads one entry: its tasks with their problems, or a check of another type, which is ignored. */
export function readEntry(entry: Entry, context: TaskContext & EntryContext): readonly ReadEntry[] {
  const { file } = context;
  const { fields, doubled } = flattenParams(entry.raw);
  const label = taskLabel(fields, entry.position);
  const foreign = foreignType(entry, fields);
  if (foreign !== null) {
    const text = `type "${foreign}" is not supported yet, skipped`;
    return [{ name: null, task: null, problems: [], notices: [{ file, task: label, text }] }];
  }
  const { tables, faults } = expandedEntry({ ...entry, raw: fields }, context);
  // Without its names, the entry may be any stored task.
  const task = `#${entry.position}`;
  const problems = faults.map((fault) => ({ file, task, value: undefined, ...fault }));
  const none = problems.length === 0 ? [] : [{ name: null, task: null, problems, notices: [] }];
  const read = tables.map((table) =>
    readTask(table, { ...context, position: entry.position }, doubled),
  );
  return [...none, ...read];
}

function readTask(
  table: ReadFields,
  context: TaskContext & EntryContext,
  doubled: readonly string[],
): ReadEntry {
  const { file } = context;
  const label = taskLabel(table.fields, context.position);
  const parsed = parseTask(table.fields, context);
  const rule = "stands twice, beside params and in it";
  const twice = doubled.map((key) => ({
    file,
    task: label,
    field: showKey(key),
    rule,
    value: key,
  }));
  const problems = [...twice, ...toldProblems(table, parsed.problems ?? [], context)];
  const isGood = problems.length === 0 && table.faults.length === 0;
  const task = isGood ? (parsed.task ?? null) : null;
  const notices = offNotices(table.fields, { file, task: label });
  return { name: taskLabel(table.fields), task, problems, notices };
}

/** A task whose TLS is off by its mode is checked like a plain one, so nothing else tells its user. */
function offNotices(fields: unknown, owner: Omit<Notice, "text">): Notice[] {
  const mode = isFields(fields) ? offModeOf(fields) : null;
  if (mode === null) return [];
  const text = `tls.mode "${mode}" uses no TLS: nothing is encrypted or verified`;
  return [{ ...owner, text }];
}

/** In the nested form, part of a task's fields are in a table `params`. */
function flattenParams(raw: unknown): { fields: unknown; doubled: readonly string[] } {
  const params = isFields(raw) ? ownField(raw, "params") : undefined;
  if (!isFields(raw) || !isFields(params)) return { fields: raw, doubled: [] };
  const { params: _, ...beside } = raw;
  const doubled = Object.keys(params).filter((name) => Object.hasOwn(beside, name));
  return { fields: { ...beside, ...params }, doubled };
}

function foreignType(entry: Entry, fields: unknown): string | null {
  if (!isFields(fields)) return null;
  const isUntyped = ownField(fields, "type") === undefined;
  const type = isUntyped && isWebPage(entry, fields) ? "http" : ownField(fields, "type");
  return FOREIGN_TYPES.find((foreign) => foreign === type) ?? null;
}

/** Under `urls:` an entry without a type is http unless its URL is `tcp:`. */
function isWebPage(entry: Entry, fields: Fields): boolean {
  const url = ownField(fields, "url");
  return entry.list === "urls" && !(typeof url === "string" && /^tcp:/i.test(url));
}
