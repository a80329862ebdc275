import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createTables } from "../../../local/aws/create-tables.ts";
import { localClient } from "../../../local/aws/database.ts";
import { closeIteratorsWithTheirStreams, Level } from "../../../local/aws/level-store.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";

/** Counts the iterators that are open from now on. */
function countOpenIterators(): () => number {
  let openCount = 0;
  const openIterator = Level.prototype.values;
  Level.prototype.values = function values(options) {
    const iterator = openIterator.call(this, options);
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

test("closeIteratorsWithTheirStreams leaves no iterator open after a Query or a Scan", async () => {
  const openCount = countOpenIterators();
  closeIteratorsWithTheirStreams();
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  const server = dynalite({ path: dir, createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = localClient(endpoint, "here", "any");
  await createTables(client, localFleet(["here"], 1));
  const TableName = "local-alerts";
  for (const sk of ["1", "2", "3"]) {
    const Item = { pk: { S: "p" }, sk: { S: sk } };
    await client.send(new PutItemCommand({ TableName, Item }));
  }
  const query = {
    TableName,
    KeyConditionExpression: "pk = :p",
    ExpressionAttributeValues: { ":p": { S: "p" } },
  };
  await client.send(new QueryCommand(query));
  await client.send(new QueryCommand({ ...query, Limit: 1 }));
  await client.send(new ScanCommand({ TableName, Limit: 2 }));
  // Closing takes a turn or two of the event loop after the answer.
  for (let turn = 0; turn < 100 && openCount() > 0; turn++) await new Promise(setImmediate);
  assert.equal(openCount(), 0);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true });
});
