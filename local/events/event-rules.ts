import { DETAIL_TYPES, EVENT_SOURCE } from "../../shared/contract.ts";
import { isObject, PatternError } from "./event-comparator.ts";
import { type EventPattern, parseEventPattern } from "./event-pattern.ts";

/** Where a matched event goes. */
export type EventTarget =
  | { readonly type: "terminal" }
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "webhook"; readonly url: string };

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

/** Parses a rules file; a rule with a problem is left out, and all problems are listed. */
export function parseRules(text: string): {
  readonly rules: readonly EventRule[];
  readonly problems: readonly string[];
} {
  const list = parseJson(text);
  if (!Array.isArray(list)) return { rules: [], problems: ["must be a JSON list of rules"] };
  const problems: string[] = [];
  const rules = list.flatMap((entry: unknown, i) => {
    const said = problems.length;
    const rule = parseRule(entry, (problem) => problems.push(`rule ${i + 1}: ${problem}`));
    return problems.length === said ? [rule] : [];
  });
  return { rules, problems };
}

type Say = (problem: string) => void;

function parseRule(entry: unknown, say: Say): EventRule {
  const { name, pattern, targets, ...others } = isObject(entry) ? entry : {};
  for (const field of Object.keys(others)) say(`unknown field "${field}"`);
  if (typeof name !== "string" || name === "") say("name must be a text that is not empty");
  if (!Array.isArray(targets) || targets.length === 0) {
    say("targets must be a list that is not empty");
  }
  return {
    name: String(name),
    matches: parsePattern(pattern, say),
    targets: (Array.isArray(targets) ? targets : []).flatMap((target) => parseTarget(target, say)),
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

function parseTarget(target: unknown, say: Say): EventTarget[] {
  const { type, path, url } = isObject(target) ? target : {};
  if (type === "terminal") return [{ type }];
  if (type === "file" && typeof path === "string" && path !== "") return [{ type, path }];
  if (type === "webhook" && typeof url === "string" && isWebhookUrl(url)) return [{ type, url }];
  say('a target must be {"type":"terminal"}, {"type":"file","path"} or {"type":"webhook","url"}');
  return [];
}

/** `fetch` refuses a URL with a user or a password. */
function isWebhookUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
