import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { AlertKey } from "./alert-key.ts";

export interface TableSetup {
  readonly client: DynamoDBClient;
  readonly table: string;
}

export interface Condition {
  readonly expression: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Puts an item whole, if the condition holds. */
export async function putItem(
  { client, table }: TableSetup,
  item: AlertKey & Readonly<Record<string, unknown>>,
  condition?: Condition,
): Promise<"stored" | "refused"> {
  const conditional =
    condition === undefined
      ? {}
      : {
          ConditionExpression: condition.expression,
          ...(condition.values && { ExpressionAttributeValues: marshall(condition.values) }),
        };
  try {
    await client.send(
      new PutItemCommand({ TableName: table, Item: marshall(item), ...conditional }),
    );
    return "stored";
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return "refused";
    throw error;
  }
}

/** Reads an item consistently; null where there is none. */
export async function getItem(
  { client, table }: TableSetup,
  key: AlertKey,
): Promise<Readonly<Record<string, unknown>> | null> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true }),
  );
  return Item === undefined ? null : unmarshall(Item);
}
