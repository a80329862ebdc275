import {
  type Comparator,
  isLeaf,
  isObject,
  type Leaf,
  PatternError,
  parseComparator,
} from "./event-comparator.ts";

/** A compiled event pattern: whether an event matches it. */
export type EventPattern = (event: object) => boolean;

/** What a pattern requires of one field. */
interface FieldRule {
  readonly path: string;
  readonly comparators: readonly Comparator[];
  /** `exists: false` stands in its list. */
  readonly mayBeAbsent: boolean;
}

/** A leaf of an event, and for each array above it the index of the element that the leaf is in. */
interface Field {
  readonly leaf: Leaf;
  readonly elements: ReadonlyMap<object, number>;
}

/** EventBridge's limit on the combinations that `$or` makes. */
const MAX_COMBINATIONS = 1_000;

/** Compiles a pattern; throws PatternError with the name of the field. */
export function parseEventPattern(pattern: unknown): EventPattern {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new PatternError("a pattern must be an object with at least one field");
  }
  const alternatives = parseFields(pattern, "");
  return (event) => {
    const fields = flatten(event);
    return alternatives.some((rules) => matchRules(rules, fields, new Map()));
  };
}

/** The alternatives of a pattern object, each a list of rules that must all match: more than one only with `$or`. */
function parseFields(pattern: Record<string, unknown>, prefix: string): FieldRule[][] {
  let alternatives: FieldRule[][] = [[]];
  for (const [name, value] of Object.entries(pattern)) {
    const more = name === "$or" ? parseOr(value, prefix) : parseField(`${prefix}${name}`, value);
    alternatives = alternatives.flatMap((rules) => more.map((added) => [...rules, ...added]));
    if (alternatives.length > MAX_COMBINATIONS) {
      throw new PatternError(`$or makes more than ${MAX_COMBINATIONS} combinations`);
    }
  }
  return alternatives;
}

function parseOr(value: unknown, prefix: string): FieldRule[][] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    throw new PatternError("$or takes a list of at least two objects");
  }
  return value.flatMap((branch) => parseFields(branch, prefix));
}

function parseField(path: string, value: unknown): FieldRule[][] {
  if (isObject(value)) {
    if (Object.keys(value).length === 0) throw new PatternError(`${path}: must not be empty`);
    return parseFields(value, `${path}.`);
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new PatternError(`${path}: must be a list that is not empty, or an object`);
  }
  return [[parseList(path, value)]];
}

function parseList(path: string, list: readonly unknown[]): FieldRule {
  const existence = list.filter((element) => isObject(element) && "exists" in element);
  const comparators = list
    .filter((element) => !existence.includes(element))
    .map((element) => parseElement(path, element));
  const wanted = existence.map((element) => parseExists(path, element));
  if (wanted.includes(true)) comparators.push(() => true);
  return { path, comparators, mayBeAbsent: wanted.includes(false) };
}

function parseElement(path: string, element: unknown): Comparator {
  try {
    return parseComparator(element);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new PatternError(`${path}: ${error.message}`);
  }
}

function parseExists(path: string, element: unknown): boolean {
  const wanted = isObject(element) ? element.exists : undefined;
  if (typeof wanted === "boolean") return wanted;
  throw new PatternError(`${path}: "exists" takes true or false`);
}

/** The leaves of an event by dotted path. Empty objects and arrays have none, so they are absent. */
function flatten(event: object): Map<string, Field[]> {
  const fields = new Map<string, Field[]>();
  const visit = (value: unknown, path: string, elements: ReadonlyMap<object, number>): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        visit(item, path, isLeaf(item) ? elements : new Map(elements).set(value, i));
      });
    } else if (isObject(value)) {
      const prefix = path === "" ? "" : `${path}.`;
      for (const [name, child] of Object.entries(value)) visit(child, prefix + name, elements);
    } else if (isLeaf(value)) {
      fields.set(path, [...(fields.get(path) ?? []), { leaf: value, elements }]);
    }
  };
  visit(event, "", new Map());
  return fields;
}

/**
 * Looks for one leaf for each rule such that no two leaves are in different elements of one array:
 * fields of objects in an array must match within the same object.
 * Source: aws/event-ruler, "JSON array matching".
 */
function matchRules(
  rules: readonly FieldRule[],
  fields: ReadonlyMap<string, readonly Field[]>,
  chosen: ReadonlyMap<object, number>,
): boolean {
  const [rule, ...rest] = rules;
  if (rule === undefined) return true;
  const candidates = fields.get(rule.path) ?? [];
  if (candidates.length === 0) return rule.mayBeAbsent && matchRules(rest, fields, chosen);
  return candidates.some(
    ({ leaf, elements }) =>
      rule.comparators.some((matches) => matches(leaf)) &&
      agree(elements, chosen) &&
      matchRules(rest, fields, new Map([...chosen, ...elements])),
  );
}

function agree(a: ReadonlyMap<object, number>, b: ReadonlyMap<object, number>): boolean {
  return [...a].every(([array, i]) => (b.get(array) ?? i) === i);
}
