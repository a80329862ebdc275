import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Exchange, type Units, unitsOf } from "../../bench/cost/capacity-units.ts";

/** An item of this many bytes as it goes over the wire; its attribute's name is one of them. */
function anItem(bytes: number) {
  return { b: { B: Buffer.alloc(bytes - 1).toString("base64") } };
}

type Sum = Pick<Units, "writes" | "reads">;

const NONE = {};

describe("unitsOf", () => {
  const TableName = "t";
  const cases: [string, Exchange, Sum][] = [
    [
      "a put by started kilobytes",
      { operation: "PutItem", request: { TableName, Item: anItem(1_025) }, answer: NONE },
      { writes: 2, reads: 0 },
    ],
    [
      "a delete as one write",
      { operation: "DeleteItem", request: { TableName }, answer: NONE },
      { writes: 1, reads: 0 },
    ],
    [
      "a consistent get by started 4 KB",
      {
        operation: "GetItem",
        request: { TableName, ConsistentRead: true },
        answer: { Item: anItem(4_097) },
      },
      { writes: 0, reads: 2 },
    ],
    [
      "a get that finds nothing as half a unit where it may be stale",
      { operation: "GetItem", request: { TableName }, answer: NONE },
      { writes: 0, reads: 0.5 },
    ],
    [
      "a query by the sum of its items",
      {
        operation: "Query",
        request: { TableName },
        answer: { Items: [anItem(3_000), anItem(3_000)] },
      },
      { writes: 0, reads: 1 },
    ],
    [
      "a batch of writes item by item",
      {
        operation: "BatchWriteItem",
        request: {
          RequestItems: {
            [TableName]: [
              { PutRequest: { Item: anItem(100) } },
              { PutRequest: { Item: anItem(1_025) } },
            ],
          },
        },
        answer: NONE,
      },
      { writes: 3, reads: 0 },
    ],
    [
      "a batch of reads item by item, also those that are not there",
      {
        operation: "BatchGetItem",
        request: { RequestItems: { [TableName]: { Keys: [1, 2, 3], ConsistentRead: true } } },
        answer: { Responses: { [TableName]: [anItem(100), anItem(4_097)] } },
      },
      { writes: 0, reads: 4 },
    ],
  ];
  for (const [what, exchange, { writes, reads }] of cases) {
    test(`unitsOf bills ${what}`, () => {
      assert.deepEqual(unitsOf(exchange), [{ table: "t", writes, reads }]);
    });
  }

  test("unitsOf refuses an operation that it has no rule for", () => {
    const exchange = { operation: "TransactWriteItems", request: NONE, answer: NONE };
    assert.throws(() => unitsOf(exchange), /No rule for what TransactWriteItems costs/);
  });
});
