import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type DynaliteStore, openDynalite } from "../../../local/aws/dynalite-store.ts";
import { Level } from "../../../local/aws/level-store.ts";

/** Counts the iterators that are open from now on. */
function countOpenIterators(): () => number {
  let openCount = 0;
  const openIterator = Level.prototype.iterator;
  Level.prototype.iterator = function counted(range) {
    const iterator = openIterator.call(this, range);
    openCount += 1;
    const close = iterator.close.bind(iterator);
    iterator.close = async () => {
      await close();
      openCount -= 1;
    };
    return iterator;
  };
  return () => openCount;
}

async function ask(store: DynaliteStore, operation: string, body: object): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(body));
  const { status, body: answer } = await store.run(`DynamoDB_20120810.${operation}`, bytes);
  assert.equal(status, 200, answer);
  return answer;
}

test("no iterator stays open after a Query or a Scan", async () => {
  const openCount = countOpenIterators();
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  const store = openDynalite(join(dir, "database"));
  await store.level.start({
    onUnkept: assert.fail,
    onKept: () => undefined,
    relock: async () => undefined,
  });
  const TableName = "local-alerts";
  await ask(store, "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
  });
  while (!(await ask(store, "DescribeTable", { TableName })).includes('"ACTIVE"'));
  for (const sk of ["1", "2", "3"]) {
    await ask(store, "PutItem", { TableName, Item: { pk: { S: "p" }, sk: { S: sk } } });
  }
  const query = {
    TableName,
    KeyConditionExpression: "pk = :p",
    ExpressionAttributeValues: { ":p": { S: "p" } },
  };
  await ask(store, "Query", query);
  await ask(store, "Query", { ...query, Limit: 1 });
  await ask(store, "Scan", { TableName, Limit: 2 });
  // Closing takes a turn or two of the event loop after the answer.
  for (let turn = 0; turn < 100 && openCount() > 0; turn++) await new Promise(setImmediate);
  assert.equal(openCount(), 0);
  await store.close();
  rmSync(dir, { recursive: true });
});
