import { type Fields, isFields, ownField } from "../input/input.ts";

/** Another monitor, and how a file of it is recognised. */
interface Tool {
  readonly name: string;
  readonly owns: (content: unknown) => boolean;
}

/** Monitors whose files are TOML, YAML or JSON. Sources: their documentation and example files. */
const TOOLS: readonly Tool[] = [
  { name: "Gatus", owns: (content) => hasTables(content, "endpoints", "url") },
  { name: "Uptime Kuma", owns: (content) => hasTables(content, "monitorList", "type") },
  {
    name: "Uptime Kuma",
    owns: (content) => isTableList(content, "hostname") && isTableList(content, "maxretries"),
  },
  { name: "blackbox_exporter", owns: (content) => hasTables(content, "modules", "prober") },
  { name: "Prometheus", owns: (content) => hasTables(content, "scrape_configs", "job_name") },
  { name: "Prometheus (file_sd)", owns: (content) => isTableList(content, "targets") },
  { name: "Upptime", owns: (content) => hasTables(content, "sites", "url") },
  { name: "Heartbeat", owns: (content) => hasTables(content, "heartbeat.monitors", "type") },
  {
    name: "Heartbeat",
    owns: (content) => hasTables(fieldOf(content, "heartbeat"), "monitors", "type"),
  },
  { name: "Heartbeat", owns: (content) => isTableList(content, "hosts") },
  {
    name: "Vigil",
    owns: (content) => hasTables(fieldOf(content, "probe"), "service", "node"),
  },
  { name: "cloudprober", owns: (content) => hasTables(content, "probe", "type") },
  { name: "OpenStatus", owns: (content) => isFields(content) && someTable(content, "kind") },
  {
    name: "Telegraf",
    owns: (content) => hasTables(fieldOf(content, "inputs"), "net_response", "address"),
  },
  { name: "Datadog", owns: (content) => hasTables(content, "instances", "host") },
  { name: "Statping", owns: (content) => hasTables(content, "services", "domain") },
  { name: "UptimeRobot", owns: (content) => hasTables(content, "monitors", "friendly_name") },
  { name: "Route 53", owns: (content) => hasTables(content, "HealthChecks", "HealthCheckConfig") },
  { name: "Consul", owns: isConsul },
];

/** Monitors whose files are in a language of their own. Each pattern takes linear time. */
const TEXTS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["Nagios", /^[ \t]*define[ \t]+(?:service|host|command|hostgroup)\b/m],
  ["Icinga", /^[ \t]*(?:object|apply)[ \t]+(?:Service|Host)\b/m],
  ["SmokePing", /^[ \t]*\*\*\*[ \t]*(?:General|Probes|Targets)[ \t]*\*\*\*/m],
  ["cloudprober", /^[ \t]*probe[ \t]*\{/m],
  ["Checkly", /["']checkly\/constructs["']/],
  ["UptimeFlare", /\bmethod: ?["']TCP_PING["']/],
  ["Monit", /^[ \t]*check[ \t]+(?:host|process)[ \t]/m],
  ["Terraform", /^[ \t]*resource[ \t]+"/m],
];

/** Monitors whose files `synfleet import` reads. */
const IMPORTED = [
  "blackbox_exporter",
  "Prometheus",
  "Prometheus (file_sd)",
  "Gatus",
  "Upptime",
  "Uptime Kuma",
  "cloudprober",
  "OpenStatus",
  "Checkly",
  "UptimeFlare",
  "Telegraf",
  "Heartbeat",
  "Vigil",
];

/** The rule of a file that is another monitor's: what it is, and how its checks become tasks. */
export function foreignRule(tool: string, file: string): string {
  if (IMPORTED.includes(tool)) {
    return `is a configuration of ${tool}: \`npx synfleet import ${file} --out tasks.toml\` makes tasks of its TCP checks`;
  }
  return `is a configuration of ${tool}, which can't be imported: write each of its TCP checks as a task, e.g. {"name": "Redis", "host": "redis.example.com:6379", "schedule_seconds": 60}`;
}

/** The monitor that a file's content belongs to, or null if it is no monitor that is known. */
export function findTool(content: unknown): string | null {
  return TOOLS.find(({ owns }) => owns(content))?.name ?? null;
}

/** The monitor that a text belongs to that is neither TOML nor YAML nor JSON, or null. */
export function findToolOfText(text: string): string | null {
  return TEXTS.find(([, mark]) => mark.test(text))?.[0] ?? null;
}

function fieldOf(content: unknown, name: string): unknown {
  return isFields(content) ? ownField(content, name) : undefined;
}

/** Whether the part of this name has tables with this field: in a list, or by names. */
function hasTables(content: unknown, part: string, field: string): boolean {
  const value = fieldOf(content, part);
  return isFields(value) ? someTable(value, field) : isTableList(value, field);
}

function isTableList(value: unknown, field: string): boolean {
  return Array.isArray(value) && value.some((one) => fieldOf(one, field) !== undefined);
}

function someTable(tables: Fields, field: string): boolean {
  return Object.values(tables).some((one) => fieldOf(one, field) !== undefined);
}

/** A Consul service has its checks in itself, or they are defined on their own. */
function isConsul(content: unknown): boolean {
  const service = fieldOf(content, "service");
  return [content, service].some(
    (part) =>
      fieldOf(fieldOf(part, "check"), "interval") !== undefined ||
      hasTables(part, "checks", "interval"),
  );
}
