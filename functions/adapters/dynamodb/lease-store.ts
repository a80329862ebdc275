import { randomUUID } from "node:crypto";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Lease } from "../../../shared/slot/slot.ts";
import type { LeaseStore } from "../../ports/lease-store.ts";
import { decodeLease, encodeLease } from "./lease-item.ts";

/** Leases in a region's `results` table, each under `lease#<shard>`. */
export function createLeaseStore(client: DynamoDBClient, table: string): LeaseStore {
  const read = async (shard: number) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: marshall(keyOf(shard)), ConsistentRead: true }),
    );
    return Item === undefined ? null : unmarshall(Item);
  };
  return {
    async readLease(shard) {
      const item = await read(shard);
      return item === null ? null : decodeLease(item);
    },

    async moveLease(shard, held, next) {
      const move = randomUUID();
      const Item = marshall({ ...keyOf(shard), ...encodeLease(next), move });
      try {
        await client.send(new PutItemCommand({ TableName: table, Item, ...conditionFor(held) }));
        return "moved";
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
      // The SDK sends a request again whose answer was lost: then the rival is our own first try.
      return (await read(shard))?.move === move ? "moved" : "lost";
    },
  };
}

function keyOf(shard: number): { pk: string; sk: string } {
  return { pk: `lease#${shard}`, sk: "lease" };
}

// `claimedToMs` grows with every move, so it names the state of a lease. (Only one that is alone with
// the data ever takes it back: `returnClaim`.)
function conditionFor(held: Lease | null): Partial<PutItemCommandInput> {
  if (held === null) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "claimed_to_ms = :held",
    ExpressionAttributeValues: marshall({ ":held": held.claimedToMs }),
  };
}
