import { ConditionalCheckFailedException, DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { EpochMs } from "../../../shared/units.ts";
import { LOCK_KEY } from "./alert-key.ts";
import { putItem, type TableSetup } from "./put-item.ts";

export interface LockClaim {
  readonly holder: string;
  readonly nowMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** Its own holder may take it again: the SDK repeats a request whose answer was lost. */
export async function takeLock(setup: TableSetup, claim: LockClaim): Promise<"taken" | "held"> {
  const put = await putItem(
    setup,
    { ...LOCK_KEY, holder: claim.holder, until_ms: claim.untilMs },
    {
      expression: "attribute_not_exists(pk) OR until_ms <= :now OR holder = :holder",
      values: { ":now": claim.nowMs, ":holder": claim.holder },
    },
  );
  return put === "stored" ? "taken" : "held";
}

export async function releaseLock({ client, table }: TableSetup, holder: string): Promise<void> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: marshall(LOCK_KEY),
        ConditionExpression: "holder = :holder",
        ExpressionAttributeValues: marshall({ ":holder": holder }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
