import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createDynamoDbClient } from "../functions/adapters/dynamodb/dynamodb.ts";
import { createTables } from "../local/aws/create-tables.ts";
import type { Fleet } from "../shared/plan/plan.ts";

/** The fleet whose tables the embedded database has unless a test asks for others. */
export const TEST_FLEET: Fleet = {
  name: "test",
  home: "eu-west-1",
  regions: [
    { name: "eu-west-1", shards: 1, vpc: false, ipv6: false },
    { name: "us-east-1", shards: 1, vpc: false, ipv6: false },
  ],
};

export interface Embedded {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  close(): Promise<void>;
}

/** An in-memory DynamoDB on loopback with every table of a fleet, and a real client for it. */
export async function startEmbedded(fleet: Fleet = TEST_FLEET): Promise<Embedded> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createDynamoDbClient(fleet.home, {
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await createTables(client, fleet);
  return {
    client,
    endpoint,
    close: async () => {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
