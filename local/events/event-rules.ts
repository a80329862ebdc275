import { DETAIL_TYPES, EVENT_SOURCE } from "../../shared/contract.ts";
import type { NotifyTarget } from "../notify/message/service.ts";
import type { WantedTarget } from "../notify/read-targets.ts";
import type { Environment } from "../notify/variables.ts";
import { isObject, PatternError } from "./event-comparator.ts";
import { type EventPattern, parseEventPattern } from "./event-pattern.ts";
import { RuleTargets } from "./rule-targets.ts";

/** Where a matched event goes. */
export type EventTarget =
  | { readonly type: "terminal" }
  | { readonly type: "file"; readonly path: string }
  | ({ readonly type: "notify" } & WantedTarget);

/** A rule: events that match the pattern go to every target. */
export interface EventRule {
  readonly name: string;
  readonly matches: EventPattern;
  readonly targets: readonly EventTarget[];
}

/**
 * The default rules: every event except heartbeats goes to a file, and to the terminal if users are to
 * be told of it.
 */
export function defaultRules(alertsFile: string): EventRule[] {
  const events = {
    source: [EVENT_SOURCE],
    "detail-type": [{ "anything-but": [DETAIL_TYPES.heartbeat] }],
  };
  const alerts = { ...events, detail: { suppressed_by: [{ exists: false }] } };
  return [
    ruleOf("alerts", alerts, { type: "terminal" }),
    ruleOf("events", events, { type: "file", path: alertsFile }),
  ];
}

function ruleOf(name: string, pattern: object, target: EventTarget): EventRule {
  return { name, matches: parseEventPattern(pattern), targets: [target] };
}

/** The rules of a file, without those that have a problem, and what is dangerous in them. */
export interface ParsedRules {
  readonly rules: readonly EventRule[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Parses a rules file; all problems are listed. Its targets may name variables of the environment. */
export function parseRules(text: string, environment: Environment): ParsedRules {
  const list = parseJson(text);
  if (!Array.isArray(list)) {
    return { rules: [], problems: ["must be a JSON list of rules"], warnings: [] };
  }
  const problems: string[] = [];
  const targets = new RuleTargets(environment);
  const rules = list.flatMap((entry: unknown, i) => {
    const said = problems.length;
    const rule = parseRule(entry, targets, (problem) => problems.push(`rule ${i + 1}: ${problem}`));
    return problems.length === said ? [rule] : [];
  });
  const doubled = targets.doubledNames();
  return { rules, problems: [...problems, ...doubled], warnings: targets.warnings };
}

type Say = (problem: string) => void;

function parseRule(entry: unknown, known: RuleTargets, say: Say): EventRule {
  const { name, pattern, targets, ...others } = isObject(entry) ? entry : {};
  for (const field of Object.keys(others)) say(`unknown field "${field}"`);
  if (typeof name !== "string" || name === "") say("name must be a text that is not empty");
  if (!Array.isArray(targets) || targets.length === 0) {
    say("targets must be a list that is not empty");
  }
  return {
    name: String(name),
    matches: parsePattern(pattern, say),
    targets: (Array.isArray(targets) ? targets : []).flatMap((target: unknown) =>
      known.parse(target, String(name), say),
    ),
  };
}

function parsePattern(pattern: unknown, say: Say): EventPattern {
  try {
    return parseEventPattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    say(`pattern: ${error.message}`);
    return () => false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The services that rules send to, each once. */
export function notifyTargets(rules: readonly EventRule[]): NotifyTarget[] {
  const all = rules.flatMap(({ targets }) => targets);
  const found = all.flatMap((one) => (one.type === "notify" ? one.target : []));
  return [...new Set(found)];
}
