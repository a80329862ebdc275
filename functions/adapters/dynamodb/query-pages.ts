import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";

/** An item as the low-level client gives it. */
export type Item = Record<string, AttributeValue>;

/** Every item that a query matches, page after page. */
export async function* queryPages(
  client: DynamoDBClient,
  input: QueryCommandInput,
): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const start = from === undefined ? {} : { ExclusiveStartKey: from };
    const page = await client.send(new QueryCommand({ ...input, ...start }));
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
