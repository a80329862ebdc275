import type { AttributeValue } from "@aws-sdk/client-dynamodb";

type Item = Record<string, AttributeValue>;

const MANY = 4_000;

function nested(depth: number): AttributeValue {
  return depth === 0 ? { S: "deep" } : { M: { more: nested(depth - 1) } };
}

function manyAttributes(): Item {
  return Object.fromEntries(
    Array.from({ length: MANY }, (_, i) => [`attribute_${i}`, { S: "x".repeat(60) }]),
  );
}

/** Items that nobody should have written to the tasks table, each bad in its own way. */
export const POISON: readonly Item[] = [
  { name: { S: "poison-types" }, host: { N: "5" }, regions: { M: { a: { SS: ["b"] } } } },
  { name: { S: "poison-empty" } },
  { name: { S: "poison-number" }, host: { S: "127.0.0.1:1" }, schedule_seconds: { N: "1E+120" } },
  {
    name: { S: "poison-names" },
    constructor: { S: "x" },
    toString: { M: { valueOf: { N: "1" } } },
  },
  { name: { S: "poison-deep" }, host: { S: "127.0.0.1:1" }, tags: nested(30) },
  { name: { S: "poison-large" }, host: { S: "127.0.0.1:1" }, ...manyAttributes() },
  { name: { S: `poison-long-${"n".repeat(1_500)}` }, host: { S: "127.0.0.1:1" } },
  { name: { S: "poison-\u0000\u202e\ud83d" }, host: { S: "\n".repeat(5_000) } },
  { name: { S: "poison-binary" }, host: { B: Uint8Array.of(0, 255) }, type: { NULL: true } },
];
