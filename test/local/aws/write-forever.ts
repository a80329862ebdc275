import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startEmbeddedAws } from "../../../local/aws/embedded-aws.ts";
import { defaultFleet } from "../../../local/aws/local-fleet.ts";

// Run as a process of its own: names on standard output have been acknowledged by the database.

const [, , dataDir = ""] = process.argv;
const { client } = await startEmbeddedAws({
  dataDir,
  fleet: defaultFleet(),
  onEvent: async () => undefined,
  onFailure: (error) => {
    throw error;
  },
});

for (let i = 0; ; i++) {
  const name = `t${i}`;
  await client.send(new PutItemCommand({ TableName: "local-tasks", Item: { name: { S: name } } }));
  process.stdout.write(`${name}\n`);
}
