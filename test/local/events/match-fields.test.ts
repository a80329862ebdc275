import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isLeaf, isObject, type Leaf } from "../../../local/events/event-comparator.ts";
import { parseEventPattern } from "../../../local/events/event-pattern.ts";
import { type FieldRule, matchFields } from "../../../local/events/match-fields.ts";

interface Field {
  readonly path: string;
  readonly leaf: Leaf;
  readonly elements: ReadonlyMap<object, number>;
}

function fieldsOf(value: unknown, path: string, elements: Field["elements"]): Field[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, i) =>
      fieldsOf(item, path, isLeaf(item) ? elements : new Map(elements).set(value, i)),
    );
  }
  if (!isObject(value)) return isLeaf(value) ? [{ path, leaf: value, elements }] : [];
  return Object.entries(value).flatMap(([name, child]) =>
    fieldsOf(child, path === "" ? name : `${path}.${name}`, elements),
  );
}

/** The definition: one leaf for each rule, and of each array one element at most, tried in every way. */
function matchesByTrying(
  fields: readonly Field[],
  rules: readonly FieldRule[],
  chosen: Field["elements"] = new Map(),
): boolean {
  const [rule, ...rest] = rules;
  if (rule === undefined) return true;
  const candidates = fields.filter(({ path }) => path === rule.path);
  if (candidates.length === 0) return rule.mayBeAbsent && matchesByTrying(fields, rest, chosen);
  return candidates.some(
    ({ leaf, elements }) =>
      rule.comparators.some((matches) => matches(leaf)) &&
      [...elements].every(([array, i]) => (chosen.get(array) ?? i) === i) &&
      matchesByTrying(fields, rest, new Map([...chosen, ...elements])),
  );
}

const names = fc.constantFrom("a", "b");
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<Leaf>(1, 2),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(names, tie("any"), { maxKeys: 2 }),
  ),
})).any;
const event = fc.dictionary(names, value, { maxKeys: 2 });
const rule = fc
  .record({
    path: fc.array(names, { minLength: 1, maxLength: 3 }),
    leaf: fc.constantFrom(1, 2),
    mayBeAbsent: fc.boolean(),
  })
  .map(
    ({ path, leaf, mayBeAbsent }): FieldRule => ({
      path: path.join("."),
      comparators: [(found) => found === leaf],
      mayBeAbsent,
    }),
  );

describe("matchFields", { timeout: 60_000 }, () => {
  test("matches what the definition matches", () => {
    let matchedCount = 0;
    fc.assert(
      fc.property(event, fc.array(rule, { minLength: 1, maxLength: 4 }), (given, rules) => {
        const expected = matchesByTrying(fieldsOf(given, "", new Map()), rules);
        matchedCount += Number(expected);
        assert.equal(matchFields(given, rules), expected, JSON.stringify(given));
      }),
      { numRuns: 5_000 },
    );
    assert.ok(matchedCount > 100);
  });

  test("takes a name with a dot for a path", () => {
    const matches = parseEventPattern({ a: { b: [1], c: [2] } });
    assert.equal(matches({ "a.b": 1, "a.c": 2 }), true);
    assert.equal(matches({ a: { b: 1 }, "a.c": 2 }), true);
    assert.equal(matches({ a: { b: 1 }, "a.d": 2 }), false);
  });

  test("knows no field that an object only inherits", () => {
    const matches = parseEventPattern({ constructor: { name: [{ exists: true }] } });
    assert.equal(matches({}), false);
    assert.equal(parseEventPattern({ __proto__: null, a: [1] })({ a: 1 }), true);
  });
});

describe("parseEventPattern on a large event", { timeout: 60_000 }, () => {
  const leaves = Array.from({ length: 20_000 }, (_, i) => i);

  test("matches a list of 20,000 values, of objects, and an object of as many fields", () => {
    const matches = parseEventPattern({ detail: { a: [19_999], b: { c: [19_999], d: ["x"] } } });
    const b = leaves.map((c) => ({ c, d: "x" }));
    const more = Object.fromEntries(leaves.map((i) => [`f${i}`, i]));
    assert.equal(matches({ detail: { ...more, a: leaves, b } }), true);
    const others = b.map(({ c }, i) => (i === 19_999 ? { c } : { c, d: "x" }));
    assert.equal(matches({ detail: { ...more, a: leaves, b: others } }), false);
  });

  test("does not try every choice of elements of many lists", () => {
    const lists = Array.from({ length: 12 }, (_, i) => `l${i}`);
    const elements = Array.from({ length: 50 }, () => ({ a: 1, b: 1 }));
    const detail = Object.fromEntries(lists.map((name) => [name, elements.map((e) => ({ ...e }))]));
    const fields = lists.map((name) => [name, { a: [1], b: [1] }]);
    const matches = parseEventPattern({ detail: { ...Object.fromEntries(fields), z: [1] } });
    assert.equal(matches({ detail: { ...detail, z: 1 } }), true);
    const last = detail.l11?.map(() => [{ a: 1 }, { b: 1 }]);
    assert.equal(matches({ detail: { ...detail, l11: last, z: 1 } }), false);
  });

  test("ends for lists that are inside each other a hundred thousand times", () => {
    const depth = 100_000;
    const deep: unknown = JSON.parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
    const matches = parseEventPattern({ a: [1], b: [{ exists: false }] });
    assert.equal(matches({ a: deep, b: deep }), false);
    assert.equal(matches({ a: [[[1]]], b: deep }), true);
  });
});
