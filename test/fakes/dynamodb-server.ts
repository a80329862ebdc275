import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../../functions/adapters/dynamodb/dynamodb.ts";

/** What the server answers: JSON as DynamoDB has it on the wire, or an error's name. */
export type Answer = string | { readonly error: string };

/**
 * A client of a server that speaks DynamoDB's protocol on loopback and answers each call as told, for
 * what the embedded database refuses to store or to do.
 */
export async function answeringClient(
  t: TestContext,
  answer: (operation: string, body: string) => Answer,
): Promise<DynamoDBClient> {
  const server = createServer(async (request, response) => {
    const said = answer(operationOf(request), await text(request));
    const isError = typeof said !== "string";
    response.writeHead(isError ? 400 : 200, { "content-type": "application/x-amz-json-1.0" });
    response.end(isError ? JSON.stringify({ __type: `aws#${said.error}`, message: "no" }) : said);
  }).listen(0, "127.0.0.1");
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
  return client;
}

function operationOf({ headers }: IncomingMessage): string {
  return String(headers["x-amz-target"]).split(".")[1] ?? "";
}
