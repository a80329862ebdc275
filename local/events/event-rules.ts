import { DETAIL_TYPES, EVENT_SOURCE } from "../../shared/contract.ts";
import { isObject, PatternError } from "./event-comparator.ts";
import { type EventPattern, parseEventPattern } from "./event-pattern.ts";

/** Where a matched event goes. */
export type EventTarget =
  | { readonly type: "terminal" }
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "webhook"; readonly url: string };

export interface EventRule {
  readonly name: string;
  readonly matches: EventPattern;
  readonly targets: readonly EventTarget[];
}

/** Everything the fleet says but its heartbeat: on the terminal, and kept in a file. */
export function defaultRules(alertsFile: string): EventRule[] {
  const pattern = {
    source: [EVENT_SOURCE],
    "detail-type": [{ "anything-but": [DETAIL_TYPES.heartbeat] }],
  };
  const targets: EventTarget[] = [{ type: "terminal" }, { type: "file", path: alertsFile }];
  return [{ name: "alerts", matches: parseEventPattern(pattern), targets }];
}

/** Reads a rules file's JSON; gives every problem of it in one go. */
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

/** `fetch` takes no user and password in a URL. */
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
