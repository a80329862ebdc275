import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startEmbeddedAws } from "../../../local/aws/embedded-aws.ts";
import { defaultFleet } from "../../../local/aws/local-fleet.ts";

// Runs in its own process. It prints a name when the database has acknowledged its item.

const [, , dataDir = ""] = process.argv;
const { client } = await startEmbeddedAws({
  dataDir,
  fleet: defaultFleet(),
  onEvent: async () => undefined,
  onInvocation: () => "unknown",
  disk: {
    failed: (_what, error) => {
      throw error;
    },
    worked: () => undefined,
  },
  warn: (sentence) => {
    throw new Error(sentence);
  },
});

for (let i = 0; ; i++) {
  const name = `t${i}`;
  await client.send(new PutItemCommand({ TableName: "local-tasks", Item: { name: { S: name } } }));
  process.stdout.write(`${name}\n`);
}
