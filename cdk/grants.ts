import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { EVENT_SOURCE } from "../shared/contract.ts";

/** A table by name in any region of this account: no reference crosses a stack. */
export function tableArn(scope: IConstruct, tableName: string, region: string): string {
  return Stack.of(scope).formatArn({
    service: "dynamodb",
    region,
    resource: "table",
    resourceName: tableName,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Named actions on named tables. `keys` narrows them to partition keys of a form, `*` as wildcard. */
export function tableStatement(props: {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly tableArns: readonly string[];
  readonly keys?: readonly string[];
}): PolicyStatement {
  return new PolicyStatement({
    sid: props.sid,
    actions: props.actions.map((action) => `dynamodb:${action}`),
    resources: [...props.tableArns],
    ...(props.keys === undefined
      ? {}
      : { conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...props.keys] } } }),
  });
}

/** May publish on one bus, and only as this source. */
export function publishStatement(busArn: string): PolicyStatement {
  return new PolicyStatement({
    sid: "PublishAlerts",
    actions: ["events:PutEvents"],
    resources: [busArn],
    conditions: { StringEquals: { "events:source": EVENT_SOURCE } },
  });
}
