import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findJsonFault } from "../../../shared/task-file/json-fault.ts";

const faults: readonly [text: string, offset: number, reason: string][] = [
  ["", 0, "expected a value"],
  ["nope", 0, "expected a value"],
  ["[1,]", 3, "expected a value"],
  ["[1 2]", 3, 'expected "," or "]"'],
  ["[01]", 2, 'expected "," or "]"'],
  ['{"a" 1}', 5, 'expected ":"'],
  ['{"a":1,}', 7, "expected a key in double quotes"],
  ["{'a':1}", 1, "expected a key in double quotes"],
  ['{"a":1,"\\u0061":2}', 7, "a key stands twice"],
  ['"a\nb"', 2, "expected a character or an escape"],
  ['"\\x"', 1, "expected a character or an escape"],
  ['"abc', 4, "expected the end of a string"],
  ["[1] [2]", 4, "expected the end of the file"],
  ["[".repeat(100_000), 65, "nested more than 64 deep"],
];

for (const [text, offset, reason] of faults) {
  test(`findJsonFault finds at ${offset} of ${JSON.stringify(text.slice(0, 20))}: ${reason}`, () => {
    assert.deepEqual(findJsonFault(text), { offset, reason });
  });
}

test("findJsonFault reads strings of any length", () => {
  assert.equal(findJsonFault(JSON.stringify("\n€".repeat(2_000_000))), null);
});

test("findJsonFault agrees with JSON.parse on sound and on damaged texts", () => {
  const damage = fc.record({
    at: fc.nat(),
    put: fc.constantFrom("", ",", '"', "\\", "{", "]", "0"),
  });
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.option(damage), (json, hurt) => {
      const at = hurt === null ? 0 : hurt.at % (json.length + 1);
      const text = hurt === null ? json : json.slice(0, at) + hurt.put + json.slice(at + 1);
      const fault = findJsonFault(text);
      if (fault?.reason === "a key stands twice") return;
      assert.equal(fault === null, isJson(text));
    }),
    { numRuns: 1_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
