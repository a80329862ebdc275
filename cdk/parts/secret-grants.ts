import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import type { FleetConfig } from "../config/fleet-config.ts";

/** Secrets Manager adds a hyphen and six characters to a name. Source: its user guide, "Secret ARN". */
const ADDED = "-??????";

/**
 * Allows to read exactly the secrets that the fleet lists, in the region of the stack. What AWS's own
 * keys encrypt needs no statement about a key; a customer's key may be used for secrets only.
 */
export function secretStatements(
  scope: IConstruct,
  fleet: Pick<FleetConfig, "secrets" | "secretKeys">,
): PolicyStatement[] {
  const namesOf = (service: string) =>
    fleet.secrets.flatMap((reference) =>
      reference.startsWith(`${service}:`) ? [reference.slice(service.length + 1)] : [],
    );
  return [
    ...statementFor(
      "ReadSecrets",
      "secretsmanager:GetSecretValue",
      namesOf("secretsmanager").map((name) => secretArn(scope, name)),
    ),
    ...statementFor(
      "ReadParameters",
      "ssm:GetParameter",
      namesOf("ssm").map((name) => parameterArn(scope, name)),
    ),
    ...(fleet.secrets.length > 0 ? keyStatements(scope, fleet.secretKeys) : []),
  ];
}

function statementFor(sid: string, action: string, resources: string[]): PolicyStatement[] {
  return resources.length === 0 ? [] : [new PolicyStatement({ sid, actions: [action], resources })];
}

function secretArn(scope: IConstruct, name: string): string {
  return Stack.of(scope).formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${name}${ADDED}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** A parameter's path begins with a slash or not; its ARN has one in both cases. */
function parameterArn(scope: IConstruct, name: string): string {
  return Stack.of(scope).formatArn({
    service: "ssm",
    resource: "parameter",
    resourceName: name.replace(/^\//, ""),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

function keyStatements(scope: IConstruct, keyIds: readonly string[]): PolicyStatement[] {
  if (keyIds.length === 0) return [];
  const stack = Stack.of(scope);
  const through = ["secretsmanager", "ssm"].map((name) => `${name}.${stack.region}.amazonaws.com`);
  return [
    new PolicyStatement({
      sid: "DecryptSecrets",
      actions: ["kms:Decrypt"],
      resources: keyIds.map((id) =>
        stack.formatArn({ service: "kms", resource: "key", resourceName: id }),
      ),
      conditions: { StringEquals: { "kms:ViaService": through } },
    }),
  ];
}
