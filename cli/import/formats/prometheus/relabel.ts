import { compilePattern } from "../../../../shared/pattern/pattern.ts";
import { at, listOf, numberOf, tablesOf, textOf } from "../../values/fields.ts";

/** Labels by name, of a target before or after its rules. */
export type Labels = ReadonlyMap<string, string>;

/** What rules make of a target: its labels, null if it is dropped, or why that can't be known. */
export type Relabelled = { readonly labels: Labels | null } | { readonly unknown: string };

/** Follows relabel_configs, in their order. Source: "Configuration", Prometheus documentation. */
export function relabel(labels: Labels, rules: unknown): Relabelled {
  let current: Labels = labels;
  for (const rule of tablesOf(rules)) {
    const next = applyRule(current, rule);
    if (!("labels" in next)) return next;
    if (next.labels === null) return next;
    current = next.labels;
  }
  return { labels: current };
}

interface Rule {
  readonly source: string;
  readonly target: string;
  readonly replacement: string;
  /** The groups of the regular expression in a text that it matches as a whole. */
  readonly match: (text: string) => readonly string[] | null;
}

type Action = (labels: Labels, rule: Rule) => Labels | null;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["replace", replace],
  ["keep", (labels, { match, source }) => (match(source) === null ? null : labels)],
  ["drop", (labels, { match, source }) => (match(source) === null ? labels : null)],
  ["keepequal", (labels, { source, target }) => (labels.get(target) === source ? labels : null)],
  ["dropequal", (labels, { source, target }) => (labels.get(target) === source ? null : labels)],
  ["lowercase", (labels, rule) => withLabel(labels, rule.target, rule.source.toLowerCase())],
  ["uppercase", (labels, rule) => withLabel(labels, rule.target, rule.source.toUpperCase())],
  ["labelmap", labelMap],
  ["labeldrop", (labels, { match }) => filtered(labels, (name) => match(name) === null)],
  ["labelkeep", (labels, { match }) => filtered(labels, (name) => match(name) !== null)],
]);

function applyRule(labels: Labels, rule: unknown): Relabelled {
  const name = textOf(at(rule, "action"))?.toLowerCase() ?? "replace";
  const action = ACTIONS.get(name);
  if (action === undefined) return { unknown: `the relabeling action "${name}" can't be followed` };
  const names = listOf(at(rule, "source_labels")).map(String);
  const separator = at(rule, "separator");
  const values = names.map((label) => labels.get(label) ?? "");
  const source = values.join(typeof separator === "string" ? separator : ";");
  const regex = at(rule, "regex");
  const match = matcherOf(typeof regex === "string" ? regex : String(numberOf(regex) ?? "(.*)"));
  if (match === null) return { unknown: `the relabeling pattern ${JSON.stringify(regex)} is none` };
  const replacement = at(rule, "replacement");
  const target = textOf(at(rule, "target_label")) ?? "";
  const text = typeof replacement === "string" ? replacement : (textOf(replacement) ?? "$1");
  return { labels: action(labels, { source, target, replacement: text, match }) };
}

function matcherOf(regex: string): Rule["match"] | null {
  try {
    const pattern = compilePattern(`\\A(?s:${regex})\\z`);
    return (text) => {
      const matcher = pattern.matcher(text);
      if (!matcher.find()) return null;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? "");
    };
  } catch {
    // Whatever the engine says of it, the rule can't be followed.
    return null;
  }
}

function replace(labels: Labels, { source, target, replacement, match }: Rule): Labels {
  const groups = match(source);
  return groups === null ? labels : withLabel(labels, target, filled(replacement, groups));
}

function labelMap(labels: Labels, { replacement, match }: Rule): Labels {
  const mapped = new Map(labels);
  for (const [name, value] of labels) {
    const groups = match(name);
    if (groups !== null) mapped.set(filled(replacement, groups), value);
  }
  return mapped;
}

function filled(replacement: string, groups: readonly string[]): string {
  return replacement.replace(/\$(?:\{(\d+)\}|(\d+)|(\$))/g, (_, braced, bare, dollar) =>
    dollar === undefined ? (groups[Number(braced ?? bare)] ?? "") : "$",
  );
}

/** An empty value removes a label. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  const changed = new Map(labels);
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}

function filtered(labels: Labels, keeps: (name: string) => boolean): Labels {
  return new Map([...labels].filter(([name]) => keeps(name)));
}
