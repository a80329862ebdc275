import { strict as assert } from "node:assert";
import { describe, it, test } from "node:test";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { toPlainItem } from "../../../../functions/adapters/dynamodb/plain-item.ts";

const name = fc.string().filter((text) => text !== "__proto__");
const scalar = fc.oneof(
  fc.string(),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((n) => n + 0),
  fc.boolean(),
  fc.constant(null),
  fc.constant(new Uint8Array([1, 2])),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("toPlainItem reads whatever the SDK writes, as the SDK reads it", () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (fields) => {
      const item = marshall(fields);
      assert.deepEqual(toPlainItem(item), unmarshall(item, { wrapNumbers: Number }));
    }),
  );
  const sets = { a: new Set(["x"]), b: new Set([1, 2]), c: new Set([new Uint8Array([3])]) };
  assert.deepEqual(toPlainItem(marshall(sets)), sets);
});

describe("toPlainItem keeps a name of the prototype as an own field", () => {
  for (const odd of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    it(`${odd} at the top, in a map and in a list's map`, () => {
      const json = `{"${odd}":{"S":"x"},"m":{"M":{"${odd}":{"S":"x"}}},"l":{"L":[{"M":{"${odd}":{"M":{}}}}]}}`;
      const plain = `{"${odd}":"x","m":{"${odd}":"x"},"l":[{"${odd}":{}}]}`;
      assert.deepEqual(toPlainItem(JSON.parse(json)), JSON.parse(plain));
    });
  }
});

test("toPlainItem never throws: a value of an unknown type stays as it is", () => {
  const odd = { a: { Q: "1" }, b: {}, c: null, d: undefined, e: { N: "many" }, f: 5 };
  assert.deepEqual(toPlainItem(odd), { ...odd, e: Number.NaN });
});
