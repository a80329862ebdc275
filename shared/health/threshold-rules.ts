import type { Figures } from "../summary/summary.ts";
import { type DurationMs, MINUTE_MS, toMicrosecondPrecision } from "../units.ts";
import type { Finding, Rule, Severity, Standing } from "./model.ts";
import type { AlertPolicy, AlertRules } from "./rules/rules.ts";

/** A broken rule: the figure it looked at, and its limit; null where a window is past. */
export interface Breach extends Finding {
  readonly value: number | null;
  readonly limit: number | null;
}

/** What a region has to say on a task: the worst rule it sees broken, of each sort. */
export interface Opinion extends Standing {
  readonly failure: Breach | null;
  readonly latency: Breach | null;
}

/** What the rules look at. */
export interface Evidence {
  readonly figures: Figures;
  /** How long nothing has succeeded at the window's end; null while something does. */
  readonly failingForMs: DurationMs | null;
}

/** A region's opinion by the policy's rules, critical before warning. */
export function opinionOf(evidence: Evidence, policy: AlertPolicy): Opinion {
  return {
    failure: worstOf(policy, (rules) => brokenFailureRule(rules, evidence)),
    latency: worstOf(policy, (rules) => brokenLatencyRule(rules, evidence.figures)),
  };
}

/** Whether a finding counts at a severity: what is critical is a warning too. */
export function countsAs(finding: Finding | null, severity: Severity): boolean {
  return finding !== null && (severity === "warning" || finding.severity === "critical");
}

type Broken = { readonly rule: Rule; readonly value: number; readonly limit: number } | null;

function worstOf(policy: AlertPolicy, judge: (rules: AlertRules) => Broken): Breach | null {
  const critical = judge(policy.critical);
  if (critical !== null) return { severity: "critical", ...critical };
  const warning = judge(policy.warning);
  return warning === null ? null : { severity: "warning", ...warning };
}

function brokenFailureRule(rules: AlertRules, evidence: Evidence): Broken {
  return (
    brokenFailurePercent(rules.failurePercent, evidence.figures) ??
    brokenSuccessShare(rules.successPercentOfExpected, evidence.figures) ??
    brokenNoSuccess(rules.noSuccessMinutes, evidence)
  );
}

function brokenFailurePercent(limit: number | false, { failurePercent }: Figures): Broken {
  if (limit === false || failurePercent === null || failurePercent <= limit) return null;
  return { rule: "failure_percent", value: failurePercent, limit };
}

/** What was missed or our own fault is not expected of the target. */
function brokenSuccessShare(percent: number | false, figures: Figures): Broken {
  const owed = figures.expectedCount - figures.missedCount - figures.uncountedCount;
  if (percent === false || figures.successfulCount * 100 >= percent * owed) return null;
  const limit = toMicrosecondPrecision((percent * owed) / 100);
  return { rule: "successful_connections", value: figures.successfulCount, limit };
}

function brokenNoSuccess(minutes: number | false, { figures, failingForMs }: Evidence): Broken {
  if (minutes === false || failingForMs === null || figures.successfulCount > 0) return null;
  if (failingForMs < minutes * MINUTE_MS) return null;
  const value = toMicrosecondPrecision(failingForMs / MINUTE_MS);
  return { rule: "no_success_minutes", value, limit: minutes };
}

function brokenLatencyRule({ avgConnectTimeMs: limit }: AlertRules, figures: Figures): Broken {
  const value = figures.avgConnectTimeMs;
  if (limit === false || value === null || value <= limit) return null;
  return { rule: "avg_connect_time_ms", value, limit };
}
