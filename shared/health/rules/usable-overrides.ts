import { ALLOWED_SETTINGS } from "../../alerting/settings/settings.ts";
import {
  allowsLimit,
  isFailuresOf,
  isQuorum,
  isRechecks,
  LATENCY_SCOPES,
  NO_DATA_RANGE,
  REPORTING_RANGE,
  THRESHOLD_RANGE,
} from "./parse-alert.ts";
import type { AlertOverrides, AlertPolicy } from "./policy.ts";
import { SEVERITIES, type Severity } from "./rule.ts";
import { RULES } from "./table.ts";

/** What of stored overrides can be used. */
export interface UsableOverrides {
  readonly alert: AlertOverrides;
  /** The names of those that no task may set, e.g. `warning.failurePercent`. */
  readonly odd: readonly string[];
}

type Allows = (value: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

const POLICY: Readonly<Record<Exclude<keyof AlertPolicy, Severity>, Allows>> = {
  failureThreshold: (value) => isWhole(value, THRESHOLD_RANGE),
  successThreshold: (value) => isWhole(value, THRESHOLD_RANGE),
  failures: (value) => value === null || isFailuresOf(value),
  recheckSeconds: isRechecks,
  quorum: isQuorum,
  minReporting: (value) => isWhole(value, REPORTING_RANGE),
  latencyScope: (value) => LATENCY_SCOPES.some((scope) => scope === value),
  noDataWindows: (value) => isWhole(value, NO_DATA_RANGE),
};

const LIMITS: Readonly<Record<string, Allows>> = Object.fromEntries(
  RULES.map(({ key, limit }) => [
    key,
    (value: unknown) => value === false || (typeof value === "number" && allowsLimit(limit, value)),
  ]),
);

/**
 * The overrides of a stored task without those that are odd: their defaults count. Overrides that this
 * version does not know are ignored.
 */
export function usableOverrides(stored: object): UsableOverrides {
  const own = usableFields(Object(stored), { ...POLICY, ...ALLOWED_SETTINGS }, "");
  const limits = SEVERITIES.map((severity) => {
    const table: unknown = Reflect.get(stored, severity);
    if (table === undefined) return { fields: {}, odd: [] };
    if (!isTable(table)) return { fields: {}, odd: [severity] };
    const { fields, odd } = usableFields(table, LIMITS, `${severity}.`);
    return { fields: { [severity]: fields }, odd };
  });
  return {
    alert: Object.assign({}, own.fields, ...limits.map(({ fields }) => fields)),
    odd: [...own.odd, ...limits.flatMap(({ odd }) => odd)],
  };
}

function usableFields(stored: Fields, rules: Readonly<Record<string, Allows>>, path: string) {
  const known = Object.entries(rules).filter(([key]) => stored[key] !== undefined);
  const used = known.filter(([key, allows]) => allows(stored[key]));
  const odd = known.filter(([key, allows]) => !allows(stored[key]));
  return {
    fields: Object.fromEntries(used.map(([key]) => [key, stored[key]])),
    odd: odd.map(([key]) => `${path}${key}`),
  };
}

function isTable(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, [least, greatest]: readonly [number, number]): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= greatest;
}
