import {
  type Fields,
  isFields,
  type Notice,
  ownField,
  type Problem,
  showKey,
} from "../input/input.ts";
import { parseTask, type Task, type TaskContext, taskLabel } from "../task/task.ts";
import type { Entry } from "./sections.ts";

/** What one entry of a file turned out to be. */
export interface ReadEntry {
  /** Its usable name; null without one, and for what was passed over. */
  readonly name: string | null;
  readonly task: Task | null;
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
}

/** Checks of other monitors that are known not to be TCP. Anything else may be a slip of the pen. */
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

/** Reads one entry: a task with its problems, or a check of another kind, which is passed over. */
export function readEntry(entry: Entry, context: TaskContext & { file: string }): ReadEntry {
  const { file } = context;
  const { fields, doubled } = flattenParams(entry.raw);
  const label = taskLabel(fields, entry.position);
  const foreign = foreignType(entry, fields);
  if (foreign !== null) {
    const text = `type "${foreign}" is not supported yet, skipped`;
    return { name: null, task: null, problems: [], notices: [{ file, task: label, text }] };
  }
  const parsed = parseTask(fields, { ...context, position: entry.position });
  const rule = "stands twice, beside params and in it";
  const twice = doubled.map((key) => ({
    file,
    task: label,
    field: showKey(key),
    rule,
    value: key,
  }));
  const problems = [...twice, ...(parsed.problems ?? [])];
  const task = problems.length > 0 ? null : (parsed.task ?? null);
  return { name: taskLabel(fields), task, problems, notices: [] };
}

/** The nested spelling keeps part of a task's fields in a table `params`. */
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

/** Under `urls:` the usual type is http. */
function isWebPage(entry: Entry, fields: Fields): boolean {
  const url = ownField(fields, "url");
  return entry.list === "urls" && !(typeof url === "string" && /^tcp:/i.test(url));
}
