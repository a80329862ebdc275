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
import type { AlertOverrides, AlertRules } from "./policy.ts";

interface RuleField {
  readonly rule: keyof AlertRules;
  readonly isSane: (limit: number) => boolean;
  readonly sane: string;
}

/** The user's name of each threshold, and the limits that can be breached at all. */
export const RULE_FIELDS: Readonly<Record<string, RuleField>> = {
  avg_connect_time_ms: {
    rule: "avgConnectTimeMs",
    isSane: (ms) => ms > 0 && ms <= 60_000,
    sane: "above 0 and at most 60000",
  },
  failure_percent: {
    rule: "failurePercent",
    isSane: (percent) => percent >= 0 && percent < 100,
    sane: "at least 0 and below 100",
  },
  success_percent_of_expected: {
    rule: "successPercentOfExpected",
    isSane: (percent) => percent > 0 && percent <= 100,
    sane: "above 0 and at most 100",
  },
  no_success_minutes: {
    rule: "noSuccessMinutes",
    isSane: (minutes) => Number.isInteger(minutes) && minutes >= 1 && minutes <= 1_440,
    sane: "a whole number from 1 to 1440",
  },
};

const ALERT_FIELDS = [
  "warning",
  "critical",
  "failure_threshold",
  "success_threshold",
  "quorum",
  "latency_scope",
  "no_data_windows",
];

const THRESHOLD_RANGE: Range = [1, 100];
const NO_DATA_RANGE: Range = [1, 1_440];
const MAX_QUORUM = 100;

export type ParsedAlert =
  | { readonly alert: AlertOverrides; readonly problems?: undefined }
  | { readonly problems: readonly Problem[]; readonly alert?: undefined };

/** Reads alert overrides that stand by themselves, such as a fleet's defaults. */
export function parseAlert(raw: unknown): ParsedAlert {
  const problems: Problem[] = [];
  const report: Report = (field, rule, value) =>
    problems.push({ file: null, task: null, field, rule, value });
  const alert = readAlert({ fields: { alert: raw }, path: "", report });
  return problems.length > 0 ? { problems } : { alert };
}

/** The `alert` table of an item: what it says about alerting. Empty tables are left out. */
export function readAlert(item: InputTable): AlertOverrides {
  const alert = readTable(item, "alert");
  if (alert === undefined) return {};
  refuseUnknown(alert, ALERT_FIELDS, "alert");
  return omitUndefined({
    warning: readRules(alert, "warning"),
    critical: readRules(alert, "critical"),
    failureThreshold: readWhole(alert, "failure_threshold", THRESHOLD_RANGE),
    successThreshold: readWhole(alert, "success_threshold", THRESHOLD_RANGE),
    quorum: readQuorum(alert),
    latencyScope: readChoice(alert, "latency_scope", ["nearest", "each"]),
    noDataWindows: readWhole(alert, "no_data_windows", NO_DATA_RANGE),
  });
}

function readQuorum(alert: InputTable): "majority" | number | undefined {
  const quorum = ownField(alert.fields, "quorum");
  if (quorum === undefined || quorum === "majority") return quorum;
  const isCount = typeof quorum === "number" && Number.isInteger(quorum);
  if (isCount && quorum >= 1 && quorum <= MAX_QUORUM) return quorum;
  return refuse(alert, "quorum", `must be "majority" or a whole number from 1 to ${MAX_QUORUM}`);
}

function readRules(
  alert: InputTable,
  severity: "warning" | "critical",
): Partial<AlertRules> | undefined {
  const table = readTable(alert, severity);
  if (table === undefined) return undefined;
  const limits = Object.entries(RULE_FIELDS).map(
    ([name, field]) => [field.rule, readLimit(table, name, field)] as const,
  );
  refuseUnknown(table, Object.keys(RULE_FIELDS), `alert.${severity}`);
  const rules: Partial<AlertRules> = omitUndefined(Object.fromEntries(limits));
  return Object.keys(rules).length === 0 ? undefined : rules;
}

/** Adding 0 makes 0 of −0, which JSON does not know. */
function readLimit(table: InputTable, name: string, field: RuleField): number | false | undefined {
  const limit = ownField(table.fields, name);
  if (limit === undefined || limit === false) return limit;
  if (typeof limit === "number" && field.isSane(limit)) return limit + 0;
  return refuse(table, name, `must be ${field.sane}, or false`);
}
