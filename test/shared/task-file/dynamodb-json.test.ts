import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeItem, isDynamodbItem } from "../../../shared/task-file/dynamodb-json.ts";

const attributes: readonly [attribute: unknown, plain: unknown][] = [
  [{ S: "x" }, "x"],
  [{ N: "-1.5e3" }, -1_500],
  [{ N: "sixty" }, "sixty"],
  [{ B: "aGk=" }, "aGk="],
  [{ BOOL: false }, false],
  [{ NULL: true }, null],
  [{ M: { a: { L: [{ N: "1" }, { S: "b" }] } } }, { a: [1, "b"] }],
  [{ SS: ["a", "b"] }, ["a", "b"]],
  [{ NS: ["1", "2"] }, [1, 2]],
  [{ BS: ["aGk="] }, ["aGk="]],
  [{ M: 5 }, 5],
  [{ L: "x" }, "x"],
];

for (const [attribute, plain] of attributes) {
  test(`decodeItem decodes ${JSON.stringify(attribute)}`, () => {
    assert.ok(isDynamodbItem({ attribute }));
    assert.deepEqual(decodeItem({ attribute }), { attribute: plain });
  });
}

for (const other of [
  null,
  [],
  {},
  { a: "x" },
  { a: {} },
  { a: { X: 1 } },
  { a: { S: "x", N: "1" } },
]) {
  test(`isDynamodbItem says no to ${JSON.stringify(other)}`, () => {
    assert.equal(isDynamodbItem(other), false);
  });
}
