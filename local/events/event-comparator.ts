import { BlockList, isIP } from "node:net";
import { parseWildcard } from "./wildcard.ts";

/** A value at a leaf of an event. */
export type Leaf = string | number | boolean | null;

/** Whether a leaf satisfies one element of a pattern's list. */
export type Comparator = (leaf: Leaf) => boolean;

/** A pattern that EventBridge would refuse; the message is the reason. */
export class PatternError extends Error {}

type Text = (leaf: string) => boolean;

const onText =
  (matches: Text): Comparator =>
  (leaf) =>
    typeof leaf === "string" && matches(leaf);

/**
 * Compiles one element of a pattern's list except `exists`: a literal, or an object with one operator.
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */
export function parseComparator(element: unknown): Comparator {
  if (isLeaf(element)) return (leaf) => leaf === element;
  const [operator, operand] = onlyEntry(element);
  const parse = OPERATORS.get(operator);
  if (parse === undefined) throw new PatternError(`unknown operator "${operator}"`);
  return parse(operand);
}

/** The single key and value of an operator object. */
function onlyEntry(element: unknown): [string, unknown] {
  const entries = isObject(element) ? Object.entries(element) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    throw new PatternError("an element must be a literal or an object with one operator");
  }
  return entry;
}

/** True for a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a text, a number, a boolean or null. */
export function isLeaf(value: unknown): value is Leaf {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

const OPERATORS = new Map<string, (operand: unknown) => Comparator>(
  Object.entries({
    prefix: (operand) => onText(affix("prefix", operand)),
    suffix: (operand) => onText(affix("suffix", operand)),
    "equals-ignore-case": (operand) =>
      onText(equalsIgnoreCase(textOf("equals-ignore-case", operand))),
    wildcard: (operand) => onText(wildcard(textOf("wildcard", operand))),
    cidr: (operand) => onText(cidr(textOf("cidr", operand))),
    "anything-but": anythingBut,
    numeric: (operand) => {
      const within = numeric(operand);
      return (leaf) => typeof leaf === "number" && within(leaf);
    },
  }),
);

function textOf(operator: string, operand: unknown): string {
  if (typeof operand === "string" && operand !== "") return operand;
  throw new PatternError(`"${operator}" takes a text that is not empty`);
}

function affix(operator: "prefix" | "suffix", operand: unknown): Text {
  const test = (leaf: string, part: string) =>
    operator === "prefix" ? leaf.startsWith(part) : leaf.endsWith(part);
  if (!isObject(operand)) {
    const part = textOf(operator, operand);
    return (leaf) => test(leaf, part);
  }
  const [inner, text] = onlyEntry(operand);
  if (inner !== "equals-ignore-case") {
    throw new PatternError(`"${operator}" takes a text or "equals-ignore-case"`);
  }
  const part = textOf(inner, text).toLowerCase();
  return (leaf) => test(leaf.toLowerCase(), part);
}

function equalsIgnoreCase(text: string): Text {
  const wanted = text.toLowerCase();
  return (leaf) => leaf.toLowerCase() === wanted;
}

function wildcard(text: string): Text {
  const test = parseWildcard(text);
  if (test !== null) return test;
  throw new PatternError('"wildcard" takes no two asterisks in a row and no lone backslash');
}

function cidr(text: string): Text {
  const [address = "", bits = "", rest] = text.split("/");
  const family = isIP(address);
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (rest !== undefined || family === 0 || !(length <= (family === 4 ? 32 : 128))) {
    throw new PatternError('"cidr" takes an address and a prefix length, like 10.0.0.0/8');
  }
  const block = new BlockList();
  block.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  return (leaf) => isIP(leaf) === family && block.check(leaf, family === 4 ? "ipv4" : "ipv6");
}

const COMPARISONS = new Map<unknown, (value: number, limit: number) => boolean>(
  Object.entries({
    "=": (value, limit) => value === limit,
    "<": (value, limit) => value < limit,
    "<=": (value, limit) => value <= limit,
    ">": (value, limit) => value > limit,
    ">=": (value, limit) => value >= limit,
  }),
);

function numeric(operand: unknown): (leaf: number) => boolean {
  const terms = Array.isArray(operand) ? operand : [];
  if (terms.length !== 2 && terms.length !== 4) {
    throw new PatternError('"numeric" takes one or two comparisons, like [">", 0, "<=", 5]');
  }
  const first = comparison(terms[0], terms[1]);
  if (terms.length === 2) return first;
  const second = comparison(terms[2], terms[3]);
  return (leaf) => first(leaf) && second(leaf);
}

function comparison(operator: unknown, limit: unknown): (leaf: number) => boolean {
  const compare = COMPARISONS.get(operator);
  if (compare === undefined || typeof limit !== "number") {
    throw new PatternError('"numeric" compares by =, <, <=, > or >= with a number');
  }
  return (leaf) => compare(leaf, limit);
}

/** The operators that `anything-but` may contain. */
const EXCLUSIONS = new Map<string, (text: string) => Text>(
  Object.entries({
    prefix: (text) => affix("prefix", text),
    suffix: (text) => affix("suffix", text),
    "equals-ignore-case": equalsIgnoreCase,
    wildcard,
  }),
);

function anythingBut(operand: unknown): Comparator {
  if (!isObject(operand)) return anythingButLiterals(operand);
  const [operator, texts] = onlyEntry(operand);
  const parse = EXCLUSIONS.get(operator);
  if (parse === undefined) throw new PatternError(`"anything-but" does not take "${operator}"`);
  const excluded = listOf(texts).map((text) => parse(textOf(operator, text)));
  return onText((leaf) => !excluded.some((matches) => matches(leaf)));
}

function anythingButLiterals(operand: unknown): Comparator {
  const literals = listOf(operand);
  const kinds = new Set(literals.map((literal) => typeof literal));
  const [kind] = kinds;
  if (kinds.size !== 1 || (kind !== "string" && kind !== "number")) {
    throw new PatternError('"anything-but" takes texts only or numbers only');
  }
  return (leaf) => !literals.includes(leaf);
}

function listOf(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? operand : [operand];
}
