import type { DynamoDBClient, ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "./query-pages.ts";

/** Every item of a table, page after page. */
export async function* scanPages(
  client: DynamoDBClient,
  input: ScanCommandInput,
): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const start = from === undefined ? {} : { ExclusiveStartKey: from };
    const page = await client.send(new ScanCommand({ ...input, ...start }));
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
