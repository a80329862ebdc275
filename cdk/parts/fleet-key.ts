import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";

/**
 * The account's own key for a stack's tables, or null if the fleet does not ask for one. Whoever may
 * use a table may use its key, but only through DynamoDB, so no role needs a statement about a key,
 * and home needs no statement about another region's key.
 */
export function fleetKey(scope: Construct, fleet: FleetConfig): IKey | null {
  if (!fleet.options.customerManagedKey) return null;
  const { account, region } = Stack.of(scope);
  const key = new Key(scope, "Key", {
    description: `Tables of the fleet ${fleet.name}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "ThroughDynamoDb",
      principals: [new AnyPrincipal()],
      actions: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
        "kms:CreateGrant",
      ],
      resources: ["*"],
      conditions: {
        StringEquals: {
          "kms:CallerAccount": account,
          "kms:ViaService": `dynamodb.${region}.amazonaws.com`,
        },
      },
    }),
  );
  return key;
}
