import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type DynaliteStore, openDynalite } from "../../../local/aws/dynalite-store.ts";

let dir = "";
let store: DynaliteStore;

const API = "DynamoDB_20120810";
const SERIALIZATION = "com.amazon.coral.service#SerializationException";

async function ask(operation: string, body: string): Promise<{ status: number; type: unknown }> {
  const answer = await store.run(operation, Buffer.from(body));
  return { status: answer.status, type: JSON.parse(answer.body).__type };
}

describe("openDynalite", () => {
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
    store = openDynalite(join(dir, "database"));
  });
  after(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const body of ["null", "[]", "[null]", "1", '"x"', "true", "", "{", "\0", '{"a":']) {
    test(`answers 400 to the body ${JSON.stringify(body)}`, async () => {
      for (const operation of ["PutItem", "CreateTable", "Query"]) {
        const answer = await ask(`${API}.${operation}`, body);
        assert.deepEqual(answer, { status: 400, type: SERIALIZATION });
      }
    });
  }

  const OF_WRONG_TYPES = [
    { TableName: 1 },
    { TableName: {}, Item: [] },
    { TableName: "t", Item: { a: null } },
    { TableName: "t", Item: { a: { M: null } } },
    { TableName: "t", Item: { a: { SS: [null] } } },
    { TableName: "t", Item: { a: { L: [null] } } },
    { TableName: "t", Item: { a: { L: { b: 1 } } } },
    { TableName: "t", Key: null, KeyConditions: [1], ExpressionAttributeValues: { ":a": null } },
    { RequestItems: { t: [null] } },
    { RequestItems: { t: { Keys: [null] } } },
    { AttributeDefinitions: [null], KeySchema: [null], TableName: "table" },
  ];
  for (const body of OF_WRONG_TYPES) {
    test(`answers 400 to ${JSON.stringify(body)}`, async () => {
      for (const operation of [
        "PutItem",
        "Query",
        "BatchWriteItem",
        "BatchGetItem",
        "CreateTable",
      ]) {
        const { status } = await ask(`${API}.${operation}`, JSON.stringify(body));
        assert.equal(status, 400, operation);
      }
    });
  }

  for (const target of ["", "PutItem", `${API}.`, `${API}.TransactWriteItems`, "Other.PutItem"]) {
    test(`answers 400 to the operation "${target}"`, async () => {
      const { status, type } = await ask(target, "{}");
      assert.equal(status, 400);
      assert.equal(type, "com.amazon.coral.service#UnknownOperationException");
    });
  }
});

test("openDynalite answers 500 when a write fails, and 200 to what can be read", async () => {
  const place = mkdtempSync(join(tmpdir(), "synfleet-"));
  const closed = openDynalite(join(place, "database"));
  const listed = await closed.run(`${API}.ListTables`, Buffer.from("{}"));
  assert.deepEqual(listed, { status: 200, body: '{"TableNames":[]}' });
  await closed.close();
  const table = {
    TableName: "table",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "a", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "a", KeyType: "HASH" }],
  };
  const answer = await closed.run(`${API}.CreateTable`, Buffer.from(JSON.stringify(table)));
  assert.equal(answer.status, 500);
  assert.match(answer.body, /InternalServerError/);
  rmSync(place, { recursive: true });
});
