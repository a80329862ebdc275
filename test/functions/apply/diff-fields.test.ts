import assert from "node:assert/strict";
import { test } from "node:test";
import { diffFields } from "../../../functions/apply/diff-fields.ts";

test("diffFields names nested attributes by their path and shows both sides", () => {
  const cases = [
    { from: { tags: { env: "a" } }, to: { tags: { env: "b" } }, want: ["tags.env", '"a"', '"b"'] },
    { from: {}, to: { regions: ["x", "y"] }, want: ["regions", null, '["x","y"]'] },
    {
      from: { alert: { warning: { failure_percent: 5 } } },
      to: {},
      want: ["alert.warning.failure_percent", "5", null],
    },
    { from: { port: 1 }, to: { port: "1" }, want: ["port", "1", '"1"'] },
  ];
  for (const { from, to, want } of cases) {
    const [field, before, after] = want;
    assert.deepEqual(diffFields(from, to), [{ field, from: before, to: after }]);
  }
});

test("diffFields takes no notice of the order of attributes", () => {
  assert.deepEqual(diffFields({ a: 1, b: 2 }, { b: 2, a: 1 }), []);
});
