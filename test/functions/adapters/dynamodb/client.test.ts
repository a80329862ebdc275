import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../../../functions/adapters/dynamodb/client.ts";

test("createDynamoDbClient gives up on a server that never answers", async (t) => {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = createDynamoDbClient("eu-west-1", {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  t.after(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  await assert.rejects(client.send(new ListTablesCommand({})), { name: "TimeoutError" });
});

test("createDynamoDbClient has none of the SDK's logging, and all of the rest", () => {
  const namesOf = (client: DynamoDBClient) =>
    client.middlewareStack.identify().map((entry) => entry.split(" ")[0]);
  const plain = namesOf(new DynamoDBClient({ region: "eu-west-1" }));
  assert.ok(plain.includes("loggerMiddleware"));
  const ours = namesOf(createDynamoDbClient("eu-west-1"));
  assert.deepEqual(
    ours,
    plain.filter((name) => name !== "loggerMiddleware"),
  );
});
