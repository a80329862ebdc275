import { readAlertSettings, settingFields } from "../../alerting/settings/settings.ts";
import {
  type InputTable,
  omitUndefined,
  ownField,
  type Problem,
  type Range,
  type Report,
  readChoice,
  readTable,
  readWhole,
  refuse,
  refuseUnknown,
} from "../../input/input.ts";
import type { AlertOverrides, AlertPolicy, FailuresOf } from "./policy.ts";
import type { LimitSchema, Severity } from "./rule.ts";
import { type AlertRules, RULES } from "./table.ts";

const ALERT_FIELDS = [
  "warning",
  "critical",
  "failure_threshold",
  "success_threshold",
  "failures",
  "recheck_seconds",
  "quorum",
  "min_reporting",
  "latency_scope",
  "no_data_windows",
];

/** Checks in a row that may turn a region's health. */
export const THRESHOLD_RANGE: Range = [1, 100];
/** Windows in a row without a report that may make `NO_DATA`. */
export const NO_DATA_RANGE: Range = [1, 1_440];
const MAX_QUORUM = 100;
/** Regions that a task may demand to report. */
export const REPORTING_RANGE: Range = [1, MAX_QUORUM];
const MAX_FAILURES_OF = 20;
const MAX_RECHECKS = 10;
const LATEST_RECHECK_SECONDS = 59;

/** Whose latency may count. */
export const LATENCY_SCOPES: readonly AlertPolicy["latencyScope"][] = ["nearest", "each"];

/** Alert overrides, or everything that is wrong with them. */
export type ParsedAlert =
  | { readonly alert: AlertOverrides; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly alert?: undefined };

/** Reads alert overrides that belong to no task, such as a fleet's defaults. */
export function parseAlert(raw: unknown): ParsedAlert {
  const problems: Problem[] = [];
  const report: Report = (field, rule, value) =>
    problems.push({ file: null, task: null, field, rule, value });
  const alert = readAlert({ fields: { alert: raw }, path: "", report }, "fleet");
  return problems.length > 0 ? { problems } : { alert };
}

/** Reads the `alert` table of a task or of the fleet. Tables without a field are left out. */
export function readAlert(owner: InputTable, level: "task" | "fleet" = "task"): AlertOverrides {
  const alert = readTable(owner, "alert");
  if (alert === undefined) return {};
  refuseUnknown(alert, [...ALERT_FIELDS, ...settingFields(level)], "alert");
  return omitUndefined({
    ...readAlertSettings(alert, level),
    warning: readRules(alert, "warning"),
    critical: readRules(alert, "critical"),
    failureThreshold: readWhole(alert, "failure_threshold", THRESHOLD_RANGE),
    successThreshold: readWhole(alert, "success_threshold", THRESHOLD_RANGE),
    failures: readFailures(alert),
    recheckSeconds: readRechecks(alert),
    quorum: readQuorum(alert),
    minReporting: readWhole(alert, "min_reporting", REPORTING_RANGE),
    latencyScope: readChoice(alert, "latency_scope", LATENCY_SCOPES),
    noDataWindows: readWhole(alert, "no_data_windows", NO_DATA_RANGE),
  });
}

const FAILURES = /^\s*(\d{1,2})\s+of\s+(\d{1,2})\s*$/;

function readFailures(alert: InputTable): FailuresOf | undefined {
  const text = ownField(alert.fields, "failures");
  if (text === undefined) return undefined;
  const [, failed, of] = FAILURES.exec(String(text)) ?? [];
  const failures = { failed: Number(failed), of: Number(of) };
  if (typeof text === "string" && isFailuresOf(failures)) return failures;
  const rule = `must be a text such as "3 of 5", with at most ${MAX_FAILURES_OF} checks`;
  return refuse(alert, "failures", rule);
}

/** Whether a task may set how many failed checks of the last ones turn its health. */
export function isFailuresOf(value: unknown): value is FailuresOf {
  const { failed, of }: { failed?: unknown; of?: unknown } = Object(value);
  if (typeof failed !== "number" || typeof of !== "number") return false;
  if (!Number.isInteger(failed) || !Number.isInteger(of)) return false;
  return failed >= 1 && failed <= of && of <= MAX_FAILURES_OF;
}

function readRechecks(alert: InputTable): readonly number[] | undefined {
  const given = ownField(alert.fields, "recheck_seconds");
  if (given === undefined) return undefined;
  const seconds = given === false ? [] : given;
  if (isRechecks(seconds)) return seconds;
  const rule = `must be a rising list of at most ${MAX_RECHECKS} whole numbers from 1 to ${LATEST_RECHECK_SECONDS}, or false`;
  return refuse(alert, "recheck_seconds", rule);
}

/** Whether a task may have failed checks made again at these seconds after their slot. */
export function isRechecks(value: unknown): value is readonly number[] {
  if (!Array.isArray(value) || value.length > MAX_RECHECKS) return false;
  return value.every((seconds: unknown, i) => {
    if (typeof seconds !== "number" || !Number.isInteger(seconds)) return false;
    return seconds > (i === 0 ? 0 : Number(value[i - 1])) && seconds <= LATEST_RECHECK_SECONDS;
  });
}

function readQuorum(alert: InputTable): "majority" | number | undefined {
  const quorum = ownField(alert.fields, "quorum");
  if (quorum === undefined || isQuorum(quorum)) return quorum;
  return refuse(alert, "quorum", `must be "majority" or a whole number from 1 to ${MAX_QUORUM}`);
}

/** Whether a task may set the quorum. */
export function isQuorum(value: unknown): value is AlertPolicy["quorum"] {
  if (value === "majority") return true;
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_QUORUM;
}

function readRules(alert: InputTable, severity: Severity): Partial<AlertRules> | undefined {
  const table = readTable(alert, severity);
  if (table === undefined) return undefined;
  const limits = RULES.map(
    ({ key, field, limit }) => [key, readLimit(table, field, limit)] as const,
  );
  const fields = RULES.map(({ field }) => field);
  refuseUnknown(table, fields, `alert.${severity}`);
  const rules: Partial<AlertRules> = omitUndefined(Object.fromEntries(limits));
  return Object.keys(rules).length === 0 ? undefined : rules;
}

/** Adding 0 makes 0 of −0, which JSON can't write. */
function readLimit(
  table: InputTable,
  field: string,
  schema: LimitSchema,
): number | false | undefined {
  const limit = ownField(table.fields, field);
  if (limit === undefined || limit === false) return limit;
  if (typeof limit === "number" && allowsLimit(schema, limit)) return limit + 0;
  return refuse(table, field, `must be ${limitSentence(schema)}, or false`);
}

/** Whether a task may set the limit. */
export function allowsLimit(schema: LimitSchema, limit: number): boolean {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity } = schema;
  const { maximum = Infinity, exclusiveMaximum = Infinity } = schema;
  if (schema.type === "integer" && !Number.isInteger(limit)) return false;
  const isAbove = limit >= minimum && limit > exclusiveMinimum;
  return isAbove && limit <= maximum && limit < exclusiveMaximum;
}

function limitSentence(schema: LimitSchema): string {
  const { type, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  if (type === "integer") return `a whole number from ${minimum} to ${maximum}`;
  const least =
    exclusiveMinimum === undefined ? `at least ${minimum}` : `above ${exclusiveMinimum}`;
  const most = exclusiveMaximum === undefined ? `at most ${maximum}` : `below ${exclusiveMaximum}`;
  return `${least} and ${most}`;
}
