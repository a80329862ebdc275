import {
  type Fields,
  type InputTable,
  isFields,
  isLabel,
  nearestName,
  ownField,
  type Problem,
  refuseUnknown,
  showValue,
} from "../../shared/input/input.ts";
import { FILTER_FIELDS, readFilter, type Wanted } from "./filter.ts";
import type { NotifyEvent } from "./message/event.ts";
import { readUrl } from "./message/fields.ts";
import type { NotifyTarget, Service } from "./message/service.ts";
import { SERVICES } from "./services/table.ts";
import { type Environment, fillVariables } from "./variables.ts";

/** Where a target stands, and what is known there. */
export interface TargetContext {
  readonly file: string | null;
  readonly environment: Environment;
  /** Its name if it has none of its own. */
  readonly usualName: string;
  /** It may say which events it wants; else a pattern does. */
  readonly hasFilter: boolean;
}

/** A target with what it wants to hear of, and warnings; or what is wrong with it. */
export interface ReadTarget {
  readonly target: NotifyTarget | null;
  readonly wants: Wanted;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

const NOTHING: Wanted = () => false;
const COMMON = ["type", "name", "page_url"];
/** What is no secret, also if a variable says it. */
const PLAIN = ["port", "tls", "method"];

const HIDDEN = "(not shown)";

/** Whether a value is the type of a service. */
export function isServiceType(type: unknown): type is string {
  return typeof type === "string" && Object.hasOwn(SERVICES, type);
}

/** Reads a target; all that is wrong with it is reported together, and nothing secret is shown. */
export function readTarget(raw: Fields, context: TargetContext): ReadTarget {
  const type = ownField(raw, "type");
  const given = ownField(raw, "name");
  const name = isLabel(given, 100) ? given : context.usualName;
  const problems: Problem[] = [];
  const subject = `Target ${JSON.stringify(name)}`;
  const about = { file: context.file, task: null, subject };
  const report: InputTable["report"] = (field, rule, value) =>
    problems.push({ ...about, field, rule, value });
  if (!isServiceType(type)) {
    reportType(type, report);
    return { target: null, wants: NOTHING, problems, warnings: [] };
  }
  if (given !== undefined && name !== given)
    report("name", "must fit into a line of 100 characters", given);
  const service = SERVICES[type] as Service;
  const filled = fillFields(raw, service, { ...context, report });
  const item: InputTable = { fields: filled.fields, path: "", report: filled.report };
  const known = [...COMMON, ...service.fields, ...(context.hasFilter ? FILTER_FIELDS : [])];
  refuseUnknown(item, known, `a target of type ${showValue(type)}`);
  const build = service.open(item);
  const wants = context.hasFilter
    ? readFilter(item)
    : (event: NotifyEvent) => isOpenly(event, service);
  const page =
    ownField(raw, "page_url") === undefined
      ? null
      : readUrl(item, "page_url", null).replace(/\/+$/, "");
  if (problems.length > 0) return { target: null, wants: NOTHING, problems, warnings: [] };
  const buildMasked = service.open({ fields: filled.masked, path: "", report: () => undefined });
  const target = {
    name,
    type,
    service,
    build,
    buildMasked,
    secrets: filled.secrets,
    pageUrl: page,
  };
  const warnings = plainWarnings(filled.fields, target);
  return { target, wants, problems, warnings };
}

function reportType(type: unknown, report: InputTable["report"]): void {
  if (type === undefined) {
    report("type", "is required");
    return;
  }
  const meant = typeof type === "string" ? nearestName(type, Object.keys(SERVICES)) : null;
  const hint = meant === null ? "" : ` (did you mean "${meant}"?)`;
  report("type", `must be one of ${Object.keys(SERVICES).join(", ")}${hint}`, type);
}

/** What a maintenance, a silence or a storm holds is told to nobody. */
function isOpenly({ detail }: NotifyEvent, { takesHeld = false }: Service): boolean {
  return takesHeld || detail.suppressed_by === undefined;
}

/** The fields with their variables filled, the same without anything secret, and a report that shows nothing of that. */
function fillFields(
  raw: Fields,
  service: Service,
  { environment, report }: Pick<TargetContext, "environment"> & Pick<InputTable, "report">,
) {
  const filledPaths = new Set<string>();
  const secrets = new Set<string>();
  const missing = new Set<string>();
  const filling = {
    environment,
    filled: filledPaths,
    secrets,
    report: (field: string, rule: string) => {
      missing.add(field);
      report(field, rule);
    },
  };
  const fields = fillVariables(raw, "", filling) as Fields;
  const isSecret = (field: string) =>
    service.secretFields.includes(topOf(field)) ||
    (!PLAIN.includes(topOf(field)) &&
      [...filledPaths].some((path) => topOf(path) === topOf(field)));
  for (const name of service.secretFields) collectTexts(ownField(fields, name), secrets);
  const masked = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? mask(value) : value]),
  );
  return {
    fields,
    masked,
    secrets: [...secrets].filter((text) => text.length >= 4),
    report: (field: string, rule: string, value?: unknown): void => {
      if ([...missing].some((path) => topOf(path) === topOf(field))) return;
      report(field, rule, isSecret(field) && value !== undefined ? HIDDEN : value);
    },
  };
}

function topOf(path: string): string {
  return path.split(/[.[]/)[0] ?? "";
}

/** A secret URL is secret in its path too, which a server may repeat. */
function collectTexts(value: unknown, into: Set<string>): void {
  if (isFields(value)) for (const part of Object.values(value)) collectTexts(part, into);
  if (typeof value !== "string") return;
  into.add(value);
  if (!URL.canParse(value)) return;
  const { pathname, search } = new URL(value);
  for (const part of [pathname, search]) if (part.length > 4) into.add(part);
}

function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  if (isFields(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mask(part)]));
  }
  const isUrl = typeof value === "string" && /^https?:/i.test(value) && URL.canParse(value);
  return isUrl ? `${new URL(value).origin}/***` : "***";
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|::1)$/;

/** What is secret should not be read by everybody on the way. */
function plainWarnings(
  { url, host, tls, password }: Fields,
  { name, secrets }: NotifyTarget,
): string[] {
  const label = `Target ${JSON.stringify(name)}`;
  const isPlainUrl = typeof url === "string" && /^http:/i.test(url);
  if (isPlainUrl && secrets.length > 0 && !LOOPBACK.test(new URL(url).hostname)) {
    return [`${label}: url is http, so its secrets can be read on the way. Use https.`];
  }
  if (tls === "none" && password !== undefined && !LOOPBACK.test(String(host))) {
    return [`${label}: tls is "none", so the password can be read on the way.`];
  }
  return [];
}
