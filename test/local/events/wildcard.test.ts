import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseWildcard } from "../../../local/events/wildcard.ts";

/** The definition, tried in every way. */
function matchesByTrying(pattern: readonly string[], text: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === "";
  if (first !== "*") return text[0] === first && matchesByTrying(rest, text.slice(1));
  return Array.from(text).some((_, i) => matchesByTrying(rest, text.slice(i))) || rest.length === 0
    ? true
    : matchesByTrying(rest, "");
}

describe("parseWildcard", { timeout: 60_000 }, () => {
  test("matches what the definition matches", () => {
    const letters = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 7 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(letters, text, (pattern, given) => {
        const wildcard = pattern.filter((letter, i) => letter !== "*" || pattern[i - 1] !== "*");
        const expected = matchesByTrying(wildcard, given);
        assert.equal(parseWildcard(wildcard.join(""))?.(given), expected);
      }),
      { numRuns: 2_000 },
    );
  });

  const CASES: readonly (readonly [string, string, boolean])[] = [
    ["a*a", "a", false],
    ["ab*ba", "aba", false],
    ["*", "", true],
    ["*ab*", "xaab", true],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["a\\\\*", "a\\b", true],
    ["*\n*", "a\nb", true],
    ["", "", true],
    ["", "a", false],
  ];
  for (const [wildcard, text, expected] of CASES) {
    test(`is ${expected} for ${JSON.stringify(wildcard)} and ${JSON.stringify(text)}`, () => {
      assert.equal(parseWildcard(wildcard)?.(text), expected);
    });
  }

  for (const wildcard of ["**", "a**b", "\\", "a\\b", "*\\"]) {
    test(`is null for ${JSON.stringify(wildcard)}`, () => {
      assert.equal(parseWildcard(wildcard), null);
    });
  }

  test("ends for a thousand asterisks and a text that almost matches", () => {
    const matches = parseWildcard(`${"*a".repeat(1_000)}*b`);
    assert.equal(matches?.("a".repeat(200_000)), false);
    assert.equal(matches?.(`${"a".repeat(200_000)}b`), true);
  });
});
