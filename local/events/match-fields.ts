import { type Comparator, isLeaf, isObject, type Leaf } from "./event-comparator.ts";

/** What a pattern requires of one field. */
export interface FieldRule {
  readonly path: string;
  readonly comparators: readonly Comparator[];
  /** `exists: false` stands in its list. */
  readonly mayBeAbsent: boolean;
}

/** A rule at some value: `rest` is its path from there, null at the value itself. */
interface Ask {
  readonly rule: FieldRule;
  readonly rest: string | null;
}

/** Arrays that are directly inside each other more often than this are taken as empty. */
const MOST_NESTED_ARRAYS = 100;

/**
 * Whether an event has one leaf for each rule such that no two leaves are in different elements of
 * one array: fields of objects in an array must match within the same object. It reads every value of
 * the event once for each rule at most. Empty objects and arrays have no leaf, so they are absent.
 * Source: aws/event-ruler, "JSON array matching".
 */
export function matchFields(event: object, rules: readonly FieldRule[]): boolean {
  const asks = rules.map((rule) => ({ rule, rest: rule.path }));
  const present = asks.filter(({ rest }) => isPresent(event, rest, 0));
  const absent = asks.filter((ask) => !present.includes(ask));
  return absent.every(({ rule }) => rule.mayBeAbsent) && matchAll(event, present, 0);
}

function isPresent(value: unknown, rest: string | null, nested: number): boolean {
  if (Array.isArray(value)) {
    if (nested === MOST_NESTED_ARRAYS) return false;
    return value.some((item) => isPresent(item, rest, nested + 1));
  }
  if (!isObject(value)) return rest === null && isLeaf(value);
  return stepsInto(value, rest).some(({ child, left }) => isPresent(child, left, 0));
}

function matchAll(value: unknown, asks: readonly Ask[], nested: number): boolean {
  if (asks.length === 0) return true;
  if (Array.isArray(value)) return nested < MOST_NESTED_ARRAYS && matchArray(value, asks, nested);
  if (isObject(value)) return matchObject(value, asks);
  return isLeaf(value) && asks.every((ask) => matchLeaf(value, ask));
}

function matchLeaf(leaf: Leaf, { rule, rest }: Ask): boolean {
  return rest === null && rule.comparators.some((matches) => matches(leaf));
}

/** Each rule takes any leaf of the array, or all others the same one of its objects and arrays. */
function matchArray(array: readonly unknown[], asks: readonly Ask[], nested: number): boolean {
  const leaves = array.filter(isLeaf);
  const others = asks.filter((ask) => !leaves.some((leaf) => matchLeaf(leaf, ask)));
  if (others.length === 0) return true;
  return array.some((item) => !isLeaf(item) && matchAll(item, others, nested + 1));
}

function matchObject(value: Record<string, unknown>, asks: readonly Ask[]): boolean {
  const groups = new Map<string, Ask[]>();
  for (const { rule, rest } of asks) {
    const steps = stepsInto(value, rest);
    const open =
      steps.length > 1 ? steps.filter((step) => isPresent(step.child, step.left, 0)) : steps;
    for (const { name, left } of open) {
      const group = groups.get(name) ?? [];
      group.push({ rule, rest: left });
      groups.set(name, group);
    }
  }
  const matched = new Set<FieldRule>();
  for (const [name, group] of groups) {
    const open = group.filter(({ rule }) => !matched.has(rule));
    if (matchAll(value[name], open, 0)) for (const { rule } of open) matched.add(rule);
  }
  return asks.every(({ rule }) => matched.has(rule));
}

interface Step {
  readonly name: string;
  readonly child: unknown;
  readonly left: string | null;
}

/** The fields of an object that a path can begin with: more than one only if a name has a dot. */
function stepsInto(value: Record<string, unknown>, path: string | null): Step[] {
  if (path === null) return [];
  const steps: Step[] = [];
  for (let end = path.indexOf("."); end !== -1; end = path.indexOf(".", end + 1)) {
    const name = path.slice(0, end);
    if (Object.hasOwn(value, name)) {
      steps.push({ name, child: value[name], left: path.slice(end + 1) });
    }
  }
  if (Object.hasOwn(value, path)) steps.push({ name: path, child: value[path], left: null });
  return steps;
}
