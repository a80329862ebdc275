import { type Comparator, isObject, PatternError, parseComparator } from "./event-comparator.ts";
import { type FieldRule, matchFields } from "./match-fields.ts";

/** A compiled event pattern: whether an event matches it. */
export type EventPattern = (event: object) => boolean;

// EventBridge quotas, "Event pattern size" at its greatest, and the combinations that `$or` may make.
const MAX_PATTERN_LENGTH = 4_096;
const MAX_COMBINATIONS = 1_000;

/** Compiles a pattern; throws PatternError with the name of the field. */
export function parseEventPattern(pattern: unknown): EventPattern {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new PatternError("a pattern must be an object with at least one field");
  }
  const { length } = JSON.stringify(pattern);
  if (length > MAX_PATTERN_LENGTH) {
    throw new PatternError(
      `a pattern must have at most ${MAX_PATTERN_LENGTH} characters as JSON, has ${length}`,
    );
  }
  const alternatives = parseFields(pattern, "");
  const rules = [...new Set(alternatives.flat())];
  return (event) => {
    const matched = new Set(rules.filter((rule) => matchFields(event, [rule])));
    return alternatives
      .filter((all) => all.every((rule) => matched.has(rule)))
      .some((all) => matchFields(event, all));
  };
}

/** The alternatives of a pattern object, each a list of rules that must all match: more than one only with `$or`. */
function parseFields(pattern: Record<string, unknown>, prefix: string): FieldRule[][] {
  let alternatives: FieldRule[][] = [[]];
  for (const [name, value] of Object.entries(pattern)) {
    const more = name === "$or" ? parseOr(value, prefix) : parseField(`${prefix}${name}`, value);
    boundCombinations(alternatives.length * more.length);
    alternatives = alternatives.flatMap((rules) => more.map((added) => [...rules, ...added]));
  }
  return alternatives;
}

function parseOr(value: unknown, prefix: string): FieldRule[][] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    throw new PatternError("$or takes a list of at least two objects");
  }
  const alternatives = value.flatMap((branch) => parseFields(branch, prefix));
  boundCombinations(alternatives.length);
  return alternatives;
}

function boundCombinations(count: number): void {
  if (count <= MAX_COMBINATIONS) return;
  throw new PatternError(`$or must make at most ${MAX_COMBINATIONS} combinations, makes ${count}`);
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
